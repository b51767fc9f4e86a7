-- grain: period, type
-- New models per period and type, and each type's share of all new models of its period; empty periods are zero. `type` is what "by"
-- names: the type, or on the Hub the task, the library or the licence class. One row per period and name: the chosen ones, all others
-- together as "not drawn"; where none is chosen, the nine with most and unknown, all others together as "other". Shares are of models
-- or of downloads in the 30 days before the snapshot, as the weight says.
with axis as (
    from period_axis($dataset, $unit, $start, $end)
),
filtered as (
    select appeared_on, type as name, models, 0 as downloads
    from marts.model_counts_by_type
    where dataset = $dataset
        and $by = 'type'
        and $weight = 'models'
        and appeared_on between $start and $end
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
    union all
    select appeared_on, case $by when 'task' then task when 'library' then library when 'licence' then license_class else type end as name, models, downloads
    from marts.model_counts
    where dataset = $dataset
        and ($by != 'type' or $weight != 'models')
        and appeared_on between $start and $end
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
),
named as (
    select
        name,
        row_number() over (order by name = 'unknown', sum(if($weight = 'models', models, downloads)) desc, name) as position,
        case
            when len($types) > 0 and not list_contains($types, name) then 'not drawn'
            when len($types) = 0 and $by in ('task', 'library') and name != 'unknown' and position > 9 then 'other'
            else name
        end as type,
    from filtered
    group by name
),
counted as (
    select
        date_trunc($unit, filtered.appeared_on)::date as period,
        named.type,
        sum(filtered.models)::bigint as models,
        sum(filtered.downloads)::bigint as downloads,
        if($weight = 'models', sum(filtered.models), sum(filtered.downloads)) as weight,
    from filtered
    join named using (name)
    group by all
),
kinds as (
    select type, sum(weight) as type_weight from counted group by type
)
select
    axis.period,
    kinds.type,
    coalesce(counted.models, 0) as models,
    coalesce(counted.downloads, 0) as downloads,
    coalesce(counted.weight, 0) / nullif(sum(coalesce(counted.weight, 0)) over (partition by axis.period), 0) as share,
    not axis.is_incomplete as is_complete,
    axis.is_filling,
    axis.is_missing_late_submissions,
from axis
cross join kinds
left join counted using (period, type)
order by axis.period, kinds.type = 'not drawn', kinds.type_weight desc, kinds.type
