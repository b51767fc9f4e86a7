-- grain: dataset, unit, period
-- stored
-- The periods of each dataset's time axis, from its first dated model to its as_of: which one is still open, which still fill, and which miss late submissions for good.
with days as (
    select dataset, as_of::date as as_of, settled_on, awaits_late_submissions, unnest(generate_series(first_on::timestamp, as_of, interval 1 day))::date as day
    from marts.datasets
    where first_on is not null
),
periods as (
    select distinct
        dataset,
        unit,
        as_of,
        settled_on,
        awaits_late_submissions,
        date_trunc(unit, day)::date as period,
        case unit when 'day' then period when 'week' then period + 6 else (period + interval 1 month)::date - 1 end as last_day,
    from days
    cross join (select unnest(['day', 'week', 'month']) as unit)
)
select
    dataset,
    unit, /* day, week (Monday to Sunday) or month */
    period, /* first day of the period, UTC */
    last_day, /* its last day, UTC */
    as_of between period and last_day as is_open, /* contains as_of: incomplete */
    coalesce(last_day > settled_on and awaits_late_submissions, false) as is_filling, /* ends within the dataset's lag: models that appeared then are still being submitted */
    coalesce(last_day > settled_on and not awaits_late_submissions, false) as is_missing_late_submissions, /* ends within the lag, and no more will come: the leaderboard had closed, or the snapshot is an old one */
from periods
order by all
