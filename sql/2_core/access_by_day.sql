-- grain: day, access
-- Access to the models of each full listing of our own: how many are open or gated, and their downloads. Recorded when a listing lands.
with latest as (
    select day, max(snapshot_id) as snapshot_id from staging.hub_access group by day
),
counted as (
    select
        shown.day,
        case shown.gated when 'false' then 'open' when 'auto' then 'auto' when 'manual' then 'manual' else 'unknown' end as access,
        sum(shown.models) as models,
        sum(shown.downloads_30d) as downloads_30d,
    from staging.hub_access as shown
    join latest using (day, snapshot_id)
    group by all
),
days as (
    select day, sum(models) as listed from counted group by day
),
compared as (
    select day, listed, lag(listed) over (order by day) as listed_before from days
),
stretches as (
    select
        day,
        listed,
        count(*) filter (listed > greatest(2 * listed_before, listed_before + 1000) or listed_before is null) over (order by day) as stretch,
    from compared
)
select
    counted.day,
    counted.access, /* as that listing says: open, auto (after agreeing to terms), manual (after the owner agrees) or unknown */
    counted.models::bigint as models, /* listed repositories with it */
    counted.downloads_30d::bigint as downloads_30d, /* their downloads of the last 30 days, summed; NULL where none is known */
    stretches.listed::bigint as listed, /* all repositories in the listing */
    stretches.stretch::int as stretch, /* days that are compared with each other, from 1: another one opens where a listing has more than twice the models of the one before it, and a thousand more */
from counted
join stretches using (day)
order by counted.day, counted.access
