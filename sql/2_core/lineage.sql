-- grain: model_id, ancestor_id
-- Declared base models followed transitively; a cycle is walked once, and no model is its own ancestor.
with recursive
aliases as (
    select unnest(alias_ids) as alias_id, model_id from core.curated_bases
),
edges as (
    select distinct base_models.model_id, coalesce(aliases.model_id, base_models.base_model_id) as ancestor_id
    from core.base_models
    left join aliases on aliases.alias_id = base_models.base_model_id
    where base_models.model_id != coalesce(aliases.model_id, base_models.base_model_id)
),
walked(model_id, ancestor_id, distance) using key (model_id, ancestor_id) as (
    select model_id, ancestor_id, 1 from edges
    union
    select walked.model_id, edges.ancestor_id, min(walked.distance) + 1
    from walked
    join edges on edges.model_id = walked.ancestor_id
    where edges.ancestor_id != walked.model_id
        and not exists (
            from recurring.walked as seen
            where seen.model_id = walked.model_id and seen.ancestor_id = edges.ancestor_id
        )
    group by walked.model_id, edges.ancestor_id
)
select
    model_id, /* descendant */
    ancestor_id, /* base model, or base of a base …; a known other repository of the same weights counts as the base itself */
    distance, /* declarations between them on the shortest way, from 1 */
from walked
order by model_id, distance, ancestor_id
