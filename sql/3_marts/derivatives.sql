-- grain: dataset, base_model_id, model_key
-- stored
-- Evaluated descendants of each base model, by lineage.
select
    evaluations.leaderboard as dataset, /* v1, v2 or the id of an official benchmark */
    coalesce(bases.model_id, unknown_parents.model_id) as base_model_id, /* base model */
    lineage.model_key, /* descendant with an unflagged evaluation; its name is in core.models */
    lineage.distance, /* declarations between them, from 1 */
from core.keyed_lineage as lineage
join core.keyed_evaluations as evaluations using (model_key)
left join core.models as bases on bases.model_key = lineage.ancestor_key
left join core.unknown_parents on unknown_parents.model_key = lineage.ancestor_key
order by dataset, base_model_id, lineage.model_key
