-- grain: name
-- scratch
-- The names under which leaderboards and official benchmarks speak of repositories, and what they stand for: few, so that a new listing, which
-- changes none of them, changes nothing of what is read from them.
with submitted as (
    select model_id as name from staging.leaderboard_v1
    union
    select model_id from staging.leaderboard_v2
    union
    select model_id from staging.hub_benchmarks
)
select submitted.name, names.model_key, repositories.model_id
from submitted
join core.names using (name)
join core.repositories on repositories.model_key = names.model_key
