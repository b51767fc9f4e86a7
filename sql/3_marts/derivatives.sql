-- grain: dataset, base_key, model_key
-- stored
-- Evaluated descendants of each base model, by lineage, with what a ladder asks of them, so that one base is read without the rest.
select
    models.dataset, /* v1, v2 or the id of an official benchmark */
    lineage.ancestor_key as base_key, /* base model; its name is in core.models, or where only others name it in core.unknown_parents */
    lineage.model_key, /* descendant with an unflagged evaluation; its name is in core.models */
    lineage.distance, /* declarations between them, from 1 */
    models.appeared_on, /* day the descendant appeared, UTC; NULL is undated */
    models.size, /* size class, billions of parameters */
    models.type, /* declared type */
    models.is_merge, /* a merge, or one among its ancestors */
    coalesce(
        models.parameters_b / base.parameters_b not between 0.8 and 1.25
        and models.nominal_b / base.nominal_b not between 0.8 and 1.25,
        false
    ) as is_resized, /* grown or pruned: beyond 0.8 to 1.25 of the base's size (mixtures, upscales, prunes) */
    models.lot, /* a lot from 0 to 65535, fixed by the name: those below a bound are an even sample */
    models.scores, /* the mean, then each benchmark in the order of core.benchmarks, 0..100 */
from core.keyed_lineage as lineage
join marts.evaluated_models as models using (model_key)
left join core.models as base on base.model_key = lineage.ancestor_key
order by models.dataset, base_key, lineage.model_key
