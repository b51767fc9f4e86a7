-- grain: model_id
-- scratch
-- All repositories that any source names, in order of their ids, and when one last did; ids are case-sensitive.
-- Wherever a table is large, model_key stands for model_id.
with named as (
    select model_id, snapshot_id, last_seen_at from staging.hub_listing
    union all
    select model_id, snapshot_id, null from staging.hub_details
    union all
    select model_id, snapshot_id, null from staging.hub_repositories
    union all
    select model_id, snapshot_id, null from staging.leaderboard_v1 where model_id != '' and model_id != 'baseline'
    union all
    select model_id, snapshot_id, null from staging.leaderboard_v2 where model_id != '' and model_id != 'baseline'
    union all
    select model_id, snapshot_id, null from staging.hub_benchmarks
    union all
    select model_id, snapshot_id, null from staging.hub_commits
),
found as (
    select
        model_id,
        max(coalesce(last_seen_at, snapshots.as_of)) as last_seen_at,
        count(*) filter (snapshots.source in ('hub_listing', 'hub_changes', 'hub_absences')) as listings,
        bool_or(starts_with(snapshots.source, 'hub_') and snapshots.source not in ('hub_benchmarks', 'hub_commits')) as is_on_hub,
    from named
    join core.snapshots using (snapshot_id)
    group by model_id
)
select
    row_number() over (order by model_id)::int as model_key,
    model_id,
    last_seen_at,
    listings,
    listings > 0 and removals.model_id is null as is_listed,
    is_on_hub,
from found
left join core.removals using (model_id)
