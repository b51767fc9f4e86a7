-- grain: dataset, unit, period
-- stored
-- The periods of each dataset's time axis, from its first dated model to its as_of: which one is still open, which still fill.
with days as (
    select dataset, as_of::date as as_of, lag_days::int as lag_days, unnest(generate_series(first_on::timestamp, as_of, interval 1 day))::date as day
    from marts.datasets
    where first_on is not null
),
periods as (
    select distinct
        dataset,
        unit,
        as_of,
        lag_days,
        date_trunc(unit, day)::date as period,
        (period + case unit when 'day' then interval 1 day when 'week' then interval 7 day else interval 1 month end - interval 1 day)::date as last_day,
    from days
    cross join (select unnest(['day', 'week', 'month']) as unit)
)
select
    dataset, /* hub, v2, v1 or the id of an official benchmark */
    unit, /* day, week (Monday to Sunday) or month */
    period, /* first day of the period, UTC */
    last_day, /* its last day, UTC */
    as_of between period and last_day as is_open, /* contains as_of: incomplete */
    lag_days > 0 and last_day > as_of - lag_days as is_filling, /* ends within the dataset's lag: models that appeared then are still being submitted */
from periods
order by all
