-- grain: model_id
-- scratch
-- Models that are gone from the Hub, each by two facts that agree: absent from two full listings running, or answered with
-- 404 by a refresh whose own listing does not name it, nor any later one. One 404 beside a listing of the same refresh is in
-- doubt and removes nothing; 401 removes nothing either, for it may be private.
-- A listing in which more than a tenth is missing at once was cut short: its absences are believed after four weeks only.
-- Only the few that are in doubt are looked up.
with latest as (
    select max(as_of) as as_of, arg_max(rows, as_of) as rows from core.snapshots where source = 'hub_listing'
),
absent as (
    select
        model_id,
        max(snapshots.as_of) as absent_at,
        arg_max(presence, snapshots.as_of) as presence,
        arg_max(hub_listing.snapshot_id, snapshots.as_of) as snapshot_id,
    from staging.hub_listing
    join core.snapshots using (snapshot_id)
    where presence != 'listed'
    group by model_id
),
cut as (
    select snapshot_id
    from absent
    where presence = 'absent' -- still: a listing that was whole again has brought the others back
    group by snapshot_id
    having count(*) >= 10 and count(*) > 0.1 * (count(*) + (select rows from latest))
),
refused as (
    select
        model_id,
        first_failed_at,
        last_failed_at,
        -- older versions did not record when their refresh had begun: they ran daily
        coalesce(session_started_at, last_failed_at - interval 20 hours) as session_started_at,
    from staging.hub_failures
    where resource = 'details' and status = 404 and answered_at is null
),
absent_models as (
    select model_id from absent where presence = 'absent'
    union
    select model_id from refused
),
last_listings as (
    select
        model_id,
        max(snapshots.as_of) as listed_at,
        -- refusals have the time of our own clock: so has what was fetched, but not what was read from a file
        max(if(as_of_rule = 'fetched', fetched_at, snapshots.as_of)) as listed_by_our_clock_at,
    from staging.hub_listing
    semi join absent_models using (model_id)
    join core.snapshots using (snapshot_id)
    where presence = 'listed'
    group by model_id
),
last_absences as (
    select model_id, absent_at as gone_at
    from absent
    cross join latest
    left join last_listings using (model_id)
    where presence = 'absent'
        and absent_at < latest.as_of - if(snapshot_id in (from cut), interval 28 days, interval 0 days)
        and (listed_at is null or absent_at > listed_at)
    union all
    select
        model_id,
        if(listed_by_our_clock_at is null or first_failed_at > listed_by_our_clock_at, first_failed_at, last_failed_at) as gone_at,
    from refused
    left join last_listings using (model_id)
    where listed_by_our_clock_at is null or session_started_at > listed_by_our_clock_at
)
select model_id, min(gone_at)::date as removed_on
from last_absences
group by model_id
