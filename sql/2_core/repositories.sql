-- grain: model_id
-- scratch
-- All repositories that any source names, and when one last did; ids are case-sensitive.
with named as (
    select model_id, snapshot_id from core.listed
    union all
    select model_id, snapshot_id from core.detailed
    union all
    select model_id, snapshot_id from core.submissions
    union all
    select model_id, snapshot_id from staging.hub_commits
)
select
    model_id,
    max(snapshots.as_of) as last_seen_at,
    bool_or(snapshots.source = 'hub_listing') as is_listed,
from named
join core.snapshots using (snapshot_id)
group by model_id
