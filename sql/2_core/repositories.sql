-- grain: model_key
-- scratch
-- All repositories that any source names, in order of their ids, and when one last did; ids are case-sensitive.
-- Wherever a table is large, model_key stands for model_id.
with named as (
    select model_id, snapshot_id from staging.hub_listing
    union all
    select model_id, snapshot_id from staging.hub_details
    union all
    select model_id, snapshot_id from staging.hub_repositories
    union all
    select model_id, snapshot_id from staging.leaderboard_v1 where model_id != '' and model_id != 'baseline'
    union all
    select model_id, snapshot_id from staging.leaderboard_v2 where model_id != '' and model_id != 'baseline'
    union all
    select model_id, snapshot_id from staging.hub_commits
),
found as (
    select
        model_id,
        max(snapshots.as_of) as last_seen_at,
        count(*) filter (snapshots.source = 'hub_listing') as listings,
        bool_or(snapshots.source in ('hub_listing', 'hub_details', 'hub_repositories')) as is_on_hub,
    from named
    join core.snapshots using (snapshot_id)
    group by model_id
)
select
    row_number() over (order by model_id)::int as model_key,
    model_id,
    last_seen_at,
    listings,
    is_on_hub,
from found
