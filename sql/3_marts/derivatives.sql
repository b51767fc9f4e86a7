-- grain: dataset, base_key, model_key
-- stored
-- Evaluated descendants of each base model, by lineage, with what a ladder asks of them, so that one base is read without the rest.
select
    models.dataset,
    lineage.ancestor_key as base_key, /* base model; its name is in core.models, or where only others name it in core.unknown_parents */
    lineage.model_key, /* descendant with an unflagged evaluation; its name is in core.models */
    lineage.distance, /* declarations between them, from 1 */
    models.appeared_on,
    models.size,
    models.nominal_b,
    models.type,
    models.is_merge,
    -- leaderboard v1 cuts sizes to whole billions: there 2 stands for all from 2 to 3
    coalesce(
        (
            (models.parameters_b + (named.parameters_rule = 'leaderboard v1')::int) / base.parameters_b < 0.8
            or models.parameters_b / (base.parameters_b + (base.parameters_rule = 'leaderboard v1')::int) > 1.25
        )
        and models.nominal_b / base.nominal_b not between 0.8 and 1.25,
        false
    ) as is_resized, /* grown or pruned: beyond 0.8 to 1.25 of the base's size (mixtures, upscales, prunes), whatever a source cut off */
    models.sample_bucket,
    models.scores,
from core.lineage_by_key as lineage
join marts.evaluated_models as models using (model_key)
join core.models as named using (model_key)
left join core.models as base on base.model_key = lineage.ancestor_key
order by models.dataset, base_key, lineage.model_key
