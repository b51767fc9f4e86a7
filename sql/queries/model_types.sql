-- grain: period, type
-- New models per period and type, and each type's share of its period; empty periods are zero. Types with a model in the range.
with axis as (
    from period_axis($dataset, $unit, $start, $end)
),
counted as (
    select
        date_trunc($unit, appeared_on)::date as period,
        type,
        sum(models)::bigint as models,
    from marts.model_counts_by_type
    where dataset = $dataset
        and appeared_on between $start and $end
        and is_chosen($types, type)
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
order by axis.period, kinds.type_models desc, kinds.type
