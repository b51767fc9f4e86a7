-- grain: name
-- scratch
-- Every name under which a source speaks of a repository, and the id that it stands for: a legacy name without an owner
-- stands for its successor where seeds/renamed.csv says so, before any exact match.
with named as (
    select model_id, snapshot_id, last_seen_at, null::date as submitted_on from staging.hub_listing
    union all
    select model_id, snapshot_id, null, null from staging.hub_details
    union all
    select model_id, snapshot_id, null, null from staging.hub_repositories
    union all
    select model_id, snapshot_id, null, submitted_on from staging.leaderboard_v1 where model_id != '' and model_id != 'baseline'
    union all
    select model_id, snapshot_id, null, submitted_on from staging.leaderboard_v2 where model_id != '' and model_id != 'baseline'
    union all
    select model_id, snapshot_id, null, submitted_on from staging.hub_benchmarks
    union all
    select model_id, snapshot_id, null, null from staging.hub_commits
),
grouped as (
    select
        model_id as name,
        max(coalesce(last_seen_at, snapshots.as_of)) as last_seen_at,
        count(*) filter (snapshots.source in ('hub_listing', 'hub_changes', 'hub_absences')) as listings,
        max(submitted_on) as last_submitted_on,
        bool_or(starts_with(snapshots.source, 'hub_') and snapshots.source not in ('hub_benchmarks', 'hub_commits')) as is_on_hub,
    from named
    join core.snapshots using (snapshot_id)
    group by model_id
)
select
    grouped.*,
    coalesce(renamed.new_id, grouped.name) as resolved_id,
    renamed.new_id is not null as is_renamed,
    listings > 0 and removals.model_id is null as is_listed,
from grouped
left join seeds.renamed on lower(renamed.old_id) = lower(grouped.name)
left join core.removals on removals.model_id = grouped.name
