-- grain: dataset, base_model_id, model_id
-- stored
-- Evaluated descendants of each base model, by lineage.
select
    evaluations.leaderboard as dataset, /* v1 or v2 */
    lineage.ancestor_id as base_model_id, /* base model */
    lineage.model_id, /* descendant with an unflagged evaluation */
    lineage.distance, /* declarations between them, from 1 */
from core.lineage
join core.evaluations using (model_id)
order by dataset, base_model_id, model_id
