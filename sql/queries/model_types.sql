-- grain: period, type
-- New models by period and type, empty periods as zero; a type appears where it has a model in the range.
with bounds as (
    select
        as_of::date as as_of,
        case when lag_days > 0 then as_of::date - lag_days::integer end as filled_on,
    from marts.datasets
    where dataset = $dataset
),

counted as (
    select
        date_trunc($unit, appeared_on)::date as period,
        type,
        sum(models)::bigint as models
    from marts.models_by_day_type_architecture_and_size
    where dataset = $dataset
        and appeared_on between $start and $end
        and (len($sizes) = 0 or size in (select unnest($sizes)))
        and (len($types) = 0 or type in (select unnest($types)))
        and ($dataset <> 'hub' or not $text_generation or is_text_generation)
        and ($dataset <> 'hub' or not $hide_derived or not is_derived)
        and ($dataset <> 'hub' or not $downloaded or is_downloaded)
    group by all
),

periods as (
    select
        period::date as period,
        (period + to_interval_of_unit)::date as next_period
    from (
        select
            unnest(generate_series(date_trunc($unit, $start::date), date_trunc($unit, $end::date), step)) as period,
            step as to_interval_of_unit
        from (select case $unit when 'day' then interval 1 day when 'week' then interval 7 day else interval 1 month end as step)
    )
)

select
    periods.period,
    types.type,
    coalesce(counted.models, 0) as models,
    coalesce(counted.models, 0) / nullif(sum(coalesce(counted.models, 0)) over (partition by periods.period), 0) as share,
    periods.period >= $start::date and periods.next_period <= least($end::date + 1, bounds.as_of) as is_complete,
    coalesce(periods.next_period > bounds.filled_on, false) as is_filling
from periods
cross join bounds
cross join (select distinct type from counted) as types
left join counted on counted.period = periods.period and counted.type = types.type
order by periods.period, types.type
