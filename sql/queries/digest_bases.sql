-- grain: base_model_id
-- The base models that most owners built upon, of the models that appeared on the Hub in some days and name a base model, with how many name one in all.
with new_models as (
    select model_key, owner, relation
    from core.models
    where is_listed and appeared_at >= $start::date and appeared_at < $end::date + 1
),
declared as (
    select edges.base_model_key, edges.model_key, new_models.owner, new_models.relation
    from core.base_models_by_key as edges
    join new_models using (model_key)
),
in_all as (
    select count(distinct model_key) as models_in_all from declared
),
counted as (
    select
        base_model_key,
        count(*) as models,
        count(distinct owner) as owners,
        count(*) filter (relation = 'quantized') as quantized,
        count(*) filter (relation = 'adapter') as adapters,
    from declared
    group by base_model_key
)
select
    coalesce(models.model_id, unknown.model_id) as base_model_id,
    counted.models,
    counted.owners,
    counted.quantized,
    counted.adapters,
    in_all.models_in_all,
from counted
cross join in_all
left join core.models on models.model_key = counted.base_model_key
left join core.unknown_parents as unknown on unknown.model_key = counted.base_model_key
order by counted.owners desc, counted.models desc, base_model_id
limit 5
