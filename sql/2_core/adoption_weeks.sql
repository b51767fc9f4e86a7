-- grain: week
-- The complete weeks of the history of adoption: how many of their days have a listing, and over how many new downloads are known.
with compared_days as (
    select unnest(range(since + 1, day + 1, interval 1 day)) as day, days
    from core.adoption_days
    where since is not null
),
compared as (
    select date_trunc('week', day)::date as week, days from compared_days
),
counted as (
    select week, count(*)::int as compared_days, (count(*) filter (days > 1))::int as spread_days
    from compared
    group by week
),
listed as (
    select
        date_trunc('week', day)::date as week,
        count(*)::int as kept_days,
        max(day) as last_on,
        (count(*) filter (is_stalled or is_partly_frozen or is_dip))::int as slow_days,
        (count(*) filter (is_rollback))::int as rollback_days,
        (count(*) filter (is_spike))::int as spike_days,
    from core.adoption_days
    group by all
)
select
    coalesce(counted.week, listed.week) as week, /* its Monday, UTC */
    coalesce(listed.kept_days, 0) as kept_days, /* days with a listing */
    listed.last_on, /* last of these: levels are of this day */
    coalesce(counted.compared_days, 0) as compared_days, /* days over which new downloads are known, at most seven */
    coalesce(counted.spread_days, 0) as spread_days, /* of these, days within a gap between listings, whose gain is spread evenly */
    coalesce(listed.slow_days, 0) as slow_days, /* days on which the counters stood still, wholly or partly */
    coalesce(listed.rollback_days, 0) as rollback_days, /* days on which all-time downloads were taken back */
    coalesce(listed.spike_days, 0) as spike_days, /* days on which far more was gained than around them */
from counted
full join listed using (week)
where coalesce(counted.week, listed.week) in (select distinct week from staging.hub_adoption_weeks)
order by week
