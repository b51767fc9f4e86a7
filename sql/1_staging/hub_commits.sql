-- grain: none, as landed
-- Commit summaries: names and types.
select
    row_number,
    trim(model_id) as model_id,
    commits,
    first_commit_at,
    last_commit_at,
    coalesce(authors, []) as authors,
    snapshot_id,
from landing.hub_commits
