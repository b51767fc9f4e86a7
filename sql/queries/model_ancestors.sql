-- grain: ancestor_key
-- All models that one model descends from, the nearest first, with the licence that each declares, its place in the order of classes (NULL: it has
-- none), and whether it is the first of its family: it names no base itself.
with ancestors as (
    select ancestor_key, distance from core.lineage_by_key where model_key = $model_key
),
derived as (
    select distinct edges.model_key
    from core.base_models_by_key as edges
    join ancestors on ancestors.ancestor_key = edges.model_key
)
select
    ancestors.ancestor_key,
    coalesce(models.model_id, unknown_parents.model_id) as model_id,
    ancestors.distance,
    models.license,
    coalesce(models.license_class, 'unknown') as license_class,
    classes.looseness,
    derived.model_key is null as is_first,
from ancestors
left join core.models on models.model_key = ancestors.ancestor_key
left join core.unknown_parents on unknown_parents.model_key = ancestors.ancestor_key
left join core.licence_classes as classes on classes.license_class = models.license_class
left join derived on derived.model_key = ancestors.ancestor_key
order by ancestors.distance, model_id
