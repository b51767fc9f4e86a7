-- grain: none, as landed
-- What repositories declare otherwise than in the full listing before.
select
    day,
    since,
    kind,
    coalesce(models.rewritten, landed.model_id) as model_id,
    coalesce(texts_before.rewritten, landed.before) as before,
    coalesce(texts_after.rewritten, landed.after) as after,
    snapshot_id,
from landing.hub_fact_changes as landed
left join staging.left_out_texts as models on models.text = landed.model_id
left join staging.left_out_texts as texts_before on texts_before.text = landed.before
left join staging.left_out_texts as texts_after on texts_after.text = landed.after
