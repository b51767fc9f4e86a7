-- grain: base_key, model_key
-- Every declaration in the family of one model, and those above a chosen one: which model stands directly on which; with names where declarations go round in a circle.
with keys as (
    select model_key, model_id from marts.lineage_models where model_id in ($root, $model)
),
members as (
    select lineage.model_key
    from core.lineage_by_key as lineage
    join keys on keys.model_key = lineage.ancestor_key and keys.model_id = $root
    union
    select lineage.ancestor_key
    from core.lineage_by_key as lineage
    join keys on keys.model_key = lineage.model_key and keys.model_id = $model
    union
    select model_key from keys
)
select
    edges.base_key,
    edges.model_key,
    edges.relation,
    edges.is_in_circle,
    bases.model_id as base_in_circle,
    models.model_id as model_in_circle,
from marts.lineage_edges as edges
left join marts.lineage_models as bases on edges.is_in_circle and bases.model_key = edges.base_key
left join marts.lineage_models as models on edges.is_in_circle and models.model_key = edges.model_key
where edges.model_key in (from members)
order by edges.base_key, edges.model_key
