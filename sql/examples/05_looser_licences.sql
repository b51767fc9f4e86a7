-- Licences that are looser than their base's
-- grain: model_id, base_model_id
-- Looser, in the order of the first list: what restricts use most stands first. A model of an unknown or other class is in
-- no order; a class that differs is a reason to read both licences, and no breach by itself. The relations by_key hold
-- numbers for names, which joins in a fraction of the memory; core.base_models says the same in names.
with placed as (
    select
        model_key,
        model_id,
        license,
        license_class,
        downloads_30d,
        list_position(['non-commercial', 'community', 'OpenRAIL', 'copyleft', 'permissive'], license_class) as looseness,
    from core.models
    where looseness is not null
),
bases as (
    from placed
    where model_key in (select base_model_key from core.base_models_by_key)
)
select
    placed.model_id,
    placed.license,
    placed.license_class,
    bases.model_id as base_model_id,
    bases.license as base_license,
    bases.license_class as base_license_class,
    coalesce(relation, 'not declared') as relation,
    placed.downloads_30d,
from core.base_models_by_key
join placed using (model_key)
join bases on bases.model_key = base_model_key and placed.looseness > bases.looseness
order by placed.downloads_30d desc nulls last, placed.model_id, base_model_id
limit 500
