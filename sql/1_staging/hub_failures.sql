-- grain: none, as landed
-- Refused questions: names and types.
select
    row_number,
    trim(model_id) as model_id,
    asked as resource,
    status,
    first_failed_at,
    last_failed_at,
    session_started_at,
    answered_at,
    snapshot_id,
from landing.hub_failures
