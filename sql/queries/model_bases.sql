-- grain: base_key
-- The base models of one model: declared ones with their relation and rule, and the bases of those, by distance.
with direct as (
    select base_model_key as base_key, relation, rule, 1 as distance
    from core.base_models_by_key
    where model_key = $model_key
),
further as (
    select ancestor_key as base_key, null as relation, null as rule, distance
    from core.lineage_by_key
    where model_key = $model_key and ancestor_key not in (select base_key from direct)
),
walked as (
    from direct
    union all
    from further
)
select
    walked.base_key,
    coalesce(models.model_id, unknown_parents.model_id) as model_id,
    models.model_id is not null as is_known,
    walked.distance,
    walked.relation,
    walked.rule,
    models.architecture,
    models.nominal_b,
    models.license,
    models.license_class,
from walked
left join core.models on models.model_key = walked.base_key
left join core.unknown_parents on unknown_parents.model_key = walked.base_key
order by walked.distance, walked.rule is null, model_id
