-- grain: period, type
-- New models per period and type, and each type's share of all new models of its period; empty periods are zero. One row per
-- period and type with a model in the range; where types are chosen, the others stand together as "not drawn".
with axis as (
    from period_axis($dataset, $unit, $start, $end)
),
counted as (
    select
        date_trunc($unit, appeared_on)::date as period,
        if(is_chosen($types, type), type, 'not drawn') as type,
        sum(models)::bigint as models,
    from marts.model_counts_by_type
    where dataset = $dataset
        and appeared_on between $start and $end
        and passes_filters($dataset, $sizes, $text_generation, $hide_derived, $downloaded, size, is_text_generation, is_derived, is_downloaded)
    group by all
),
kinds as (
    select type, sum(models) as type_models from counted group by type
)
select
    axis.period,
    kinds.type,
    coalesce(counted.models, 0) as models,
    coalesce(counted.models, 0) / nullif(sum(coalesce(counted.models, 0)) over (partition by axis.period), 0) as share,
    not axis.is_incomplete as is_complete,
    axis.is_filling,
    axis.is_missing_late_submissions,
from axis
cross join kinds
left join counted using (period, type)
order by axis.period, kinds.type = 'not drawn', kinds.type_models desc, kinds.type
