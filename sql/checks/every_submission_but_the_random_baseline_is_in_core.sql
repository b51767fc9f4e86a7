select leaderboard, evaluation_id, model_id
from (
    select leaderboard, evaluation_id, model_id from staging.leaderboard_v1
    union all
    select leaderboard, evaluation_id, model_id from staging.leaderboard_v2
    union all
    select leaderboard, evaluation_id, model_id from staging.hub_benchmarks
)
anti join core.submissions_by_key using (leaderboard, evaluation_id)
where coalesce(model_id, '') not in ('', 'baseline')
