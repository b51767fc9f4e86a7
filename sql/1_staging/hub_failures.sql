-- grain: none, as landed
-- Refused questions: names and types.
select
    row_number,
    trim(coalesce(left_out.rewritten, landed.model_id)) as model_id,
    asked as resource,
    status,
    first_failed_at,
    last_failed_at,
    session_started_at,
    answered_at,
    snapshot_id,
from landing.hub_failures as landed
left join staging.left_out_texts as left_out on left_out.text = landed.model_id
