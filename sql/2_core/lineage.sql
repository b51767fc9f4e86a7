-- grain: model_id, ancestor_id
-- view of core.lineage_by_key
-- Declared base models followed transitively; a cycle is walked once, and no model is its own ancestor.
select
    models.model_id, /* descendant */
    coalesce(ancestors.model_id, unknown_parents.model_id) as ancestor_id, /* base model, or base of a base …; a known other repository of the same weights counts as the base itself */
    lineage.distance,
from core.lineage_by_key as lineage
join core.models using (model_key)
left join core.models as ancestors on ancestors.model_key = lineage.ancestor_key
left join core.unknown_parents on unknown_parents.model_key = lineage.ancestor_key
