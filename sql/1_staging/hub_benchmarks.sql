-- grain: none, as landed
-- Official benchmarks: names and types; each is a leaderboard of its own. A value outside 0..100 is no score that can be compared.
select
    benchmark_id as leaderboard,
    row_number as evaluation_id,
    model_id,
    filename as eval_name,
    case
        when pull_request is not null then 'pending'
        when verified then 'verified'
        else 'reported'
    end as type_label,
    if(value between 0 and 100, value, null) as score,
    pull_request is not null as is_pending,
    false as is_flagged,
    try_cast(evaluated_on as date) as submitted_on,
    [{'benchmark': 'score', 'score': if(value between 0 and 100, value, null)}] as scores,
    snapshot_id,
from landing.hub_benchmarks
