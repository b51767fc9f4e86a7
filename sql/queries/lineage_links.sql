-- grain: base_key, model_key
-- Every declaration in the family of one model, and those above a chosen one: which model stands directly on which.
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
select base_key, model_key, relation, is_in_circle
from marts.lineage_edges
where model_key in (from members)
order by base_key, model_key
