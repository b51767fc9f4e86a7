-- grain: model_id
-- scratch
-- All repositories that any source names; ids are case-sensitive.
select model_id, true as is_listed, snapshot_id from core.listed
union all
select model_id, false as is_listed, any_value(snapshot_id) as snapshot_id
from (
    select model_id, snapshot_id from core.detailed
    union all
    select model_id, snapshot_id from core.submissions
    union all
    select model_id, snapshot_id from staging.hub_commits
)
anti join core.listed using (model_id)
group by model_id
