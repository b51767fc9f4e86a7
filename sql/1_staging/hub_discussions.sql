-- grain: none, as landed
-- Discussions and pull requests beside a model: names, and dates in place of moments.
select
    row_number,
    trim(model_id) as model_id,
    discussions as threads,
    pull_requests,
    open_threads,
    latest_at::date as last_thread_on,
    latest_discussion_at::date as last_discussion_on,
    latest_pull_request_at::date as last_pull_request_on,
    snapshot_id,
from landing.hub_discussions
