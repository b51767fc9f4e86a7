-- grain: base_model_id
-- The base models upon which most owners more than usual built, of the models that appeared on the Hub in some days and name a base model, with how many name one in all. Usual is the middle one of the eight times seven days before, where models that name a base appeared in each of these, and else nothing is usual.
with new_models as (
    select model_key, owner, relation, ($start - appeared_at::date + 6) // 7 as weeks_before
    from core.models
    where is_listed and appeared_at >= $start::date - 56 and appeared_at < $end::date + 1
),
declared as (
    select edges.base_model_key, edges.model_key, new_models.owner, new_models.relation, new_models.weeks_before
    from core.base_models_by_key as edges
    join new_models using (model_key)
),
in_all as (
    select
        count(distinct if(weeks_before = 0, model_key, null)) as models_in_all,
        count(distinct if(weeks_before > 0, weeks_before, null)) = 8 as has_weeks_before,
    from declared
),
weekly as (
    select
        base_model_key,
        weeks_before,
        count(*) as models,
        count(distinct owner) as owners,
        count(*) filter (relation = 'quantized') as quantized,
        count(*) filter (relation = 'adapter') as adapters,
    from declared
    group by base_model_key, weeks_before
),
usual as (
    select base_model_key, list_median(list_resize(list(owners), 8, 0)) as owners_usually
    from weekly
    where weeks_before > 0
    group by base_model_key
)
select
    coalesce(models.model_id, unknown.model_id) as base_model_id,
    weekly.models,
    weekly.owners,
    weekly.quantized,
    weekly.adapters,
    in_all.models_in_all,
    if(in_all.has_weeks_before, coalesce(usual.owners_usually, 0), null) as owners_usually,
from weekly
cross join in_all
left join usual using (base_model_key)
left join core.models on models.model_key = weekly.base_model_key
left join core.unknown_parents as unknown on unknown.model_key = weekly.base_model_key
where weekly.weeks_before = 0
order by weekly.owners - coalesce(owners_usually, 0) desc, weekly.owners desc, weekly.models desc, base_model_id
limit 5
