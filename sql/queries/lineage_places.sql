-- grain: model_id
-- Where a model stands: the base of its family, and how many declarations lie between it and a given base; without a name, the base with most descendants, or where no model names any, the most used model.
with named as (
    select model_key, model_id, family_key
    from marts.lineage_models
    where if($model = '', is_known and bases = 0, model_id = $model)
    order by descendants desc, model_id
    limit 1
),
alone as (
    select model_key, model_id, model_key as family_key
    from core.models
    where if($model = '', not starts_with(model_id, 'left-out/') and (select count(*) from marts.lineage_edges) = 0, model_id = $model)
        and model_key not in (select model_key from marts.lineage_models)
    order by downloads_30d desc nulls last, model_id
    limit 1
)
select
    named.model_id,
    coalesce(families.model_id, named.model_id) as family,
    if(named.model_id = $root, 0, lineage.distance) as steps_from_root,
from (from named union all from alone) as named
left join marts.lineage_models as families on families.model_key = named.family_key
left join marts.lineage_models as root on root.model_id = $root
left join core.lineage_by_key as lineage on lineage.model_key = named.model_key and lineage.ancestor_key = root.model_key
order by named.model_id
