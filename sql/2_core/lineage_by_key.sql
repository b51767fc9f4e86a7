-- grain: model_key, ancestor_key
-- Declared base models followed transitively; a cycle is walked once, and no model is its own ancestor. As stored; read core.lineage.
-- Each step doubles the distance: a shortest way of more than n declarations is one of exactly n and one of at most n.
with recursive
aliases as (
    select alias.base_model_key as alias_key, original.base_model_key as model_key
    from (
        select unnest(alias_ids) as alias_id, model_id from core.curated_bases
        union
        select model_id, copy_of from core.release_models where copy_of is not null
    ) as curated_aliases
    join core.parents as alias on alias.base_model_id = curated_aliases.alias_id
    join core.parents as original on original.base_model_id = curated_aliases.model_id
),
edges as (
    select distinct declared.model_key, coalesce(aliases.model_key, declared.base_model_key) as ancestor_key
    from core.base_models_by_key as declared
    left join aliases on aliases.alias_key = declared.base_model_key
    where declared.model_key != coalesce(aliases.model_key, declared.base_model_key)
),
walked(model_key, ancestor_key, distance) using key (model_key, ancestor_key) as (
    select model_key, ancestor_key, 1 from edges
    union
    select walked.model_key, further.ancestor_key, min(walked.distance + further.distance)
    from walked
    join recurring.walked as further on further.model_key = walked.ancestor_key
    where walked.distance & (walked.distance - 1) = 0 -- a power of two, the longest of the step before
        and further.ancestor_key != walked.model_key
        and not exists (
            from recurring.walked as earlier
            where earlier.model_key = walked.model_key and earlier.ancestor_key = further.ancestor_key
        )
    group by walked.model_key, further.ancestor_key
)
select
    model_key, /* descendant */
    ancestor_key, /* base model, or base of a base …; a known other repository of the same weights counts as the base itself */
    distance, /* declarations between them on the shortest way, from 1 */
from walked
order by model_key, distance, ancestor_key
