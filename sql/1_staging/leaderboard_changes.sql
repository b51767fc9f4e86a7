-- grain: none, as landed
-- What differs between two consecutive snapshots of a leaderboard.
select
    day,
    since,
    coalesce(boards.rewritten, landed.leaderboard) as leaderboard,
    kind,
    benchmark,
    coalesce(models.rewritten, landed.model_id) as model_id,
    if(models.text is null, revision, null) as revision,
    precision,
    before,
    after,
    standing_before,
    standing_after,
    coalesce(models_before.rewritten, landed.model_before) as model_before,
    evaluations,
    snapshot_id,
from landing.leaderboard_changes as landed
left join staging.left_out_texts as boards on boards.text = landed.leaderboard
left join staging.left_out_texts as models on models.text = landed.model_id
left join staging.left_out_texts as models_before on models_before.text = landed.model_before
