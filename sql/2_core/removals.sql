-- grain: model_id
-- scratch
-- Models that are gone from the Hub: absent from two full listings running, or answered with 404 since they were last listed.
-- A hole in one listing is no removal; 401 is none either, for it may be private. Only the few that are in doubt are looked up.
with absent as (
    select
        model_id,
        max(snapshots.as_of) as absent_at,
        arg_max(presence, snapshots.as_of) as presence,
    from staging.hub_listing
    join core.snapshots using (snapshot_id)
    where presence != 'listed'
    group by model_id
),
doubtful as (
    select model_id, absent_at as gone_at
    from absent
    where presence = 'absent' and absent_at < (select max(as_of) from core.snapshots where source = 'hub_listing')
    union all
    select model_id, first_failed_at as gone_at
    from staging.hub_failures
    where asked = 'details' and status = 404 and answered_at is null
),
held as (
    select model_id, max(snapshots.as_of) as held_at
    from staging.hub_listing
    semi join doubtful using (model_id)
    join core.snapshots using (snapshot_id)
    where presence = 'listed'
    group by model_id
)
select model_id, min(gone_at)::date as removed_on
from doubtful
left join held using (model_id)
where held_at is null or gone_at > held_at
group by model_id
