-- grain: model_id
-- scratch
-- All repositories that any source names, when one last did, and the Hub's createdAt; ids are case-sensitive.
with named as (
    select model_id, snapshot_id, created_at from core.listed
    union all
    select model_id, snapshot_id, created_at from core.detailed
    union all
    select model_id, snapshot_id, null from core.submissions
    union all
    select model_id, snapshot_id, null from staging.hub_commits
)
select
    model_id,
    max(snapshots.as_of) as last_seen_at,
    bool_or(snapshots.source = 'hub_listing') as is_listed,
    coalesce(max(created_at) filter (snapshots.source = 'hub_listing'), max(created_at)) as created_at, -- the listing's word goes first
from named
join core.snapshots using (snapshot_id)
group by model_id
