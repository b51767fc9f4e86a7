-- grain: none, as landed
-- Official benchmarks: names and types; each is a leaderboard of its own. A value outside 0..100 is no score that can be compared.
select
    coalesce(benchmarks.rewritten, landed.benchmark_id) as leaderboard,
    row_number as evaluation_id,
    coalesce(models.rewritten, landed.model_id) as model_id,
    if(models.text is null, coalesce(files.rewritten, landed.filename), null) as eval_name,
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
from landing.hub_benchmarks as landed
left join staging.left_out_texts as benchmarks on benchmarks.text = landed.benchmark_id
left join staging.left_out_texts as models on models.text = landed.model_id
left join staging.left_out_texts as files on files.text = landed.filename
