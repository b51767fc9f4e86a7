-- grain: model_id
-- view of core.repository_commits_by_key
-- Commits of a repository, from the latest landed answer about it. NULL is unknown, never none.
select
    models.model_id, /* repository */
    counted.commits,
    counted.contributors,
    counted.first_commit_at,
    counted.last_commit_at,
    counted.counted_on,
    counted.snapshot_id,
from core.repository_commits_by_key as counted
join core.models using (model_key)
