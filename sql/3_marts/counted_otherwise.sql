-- grain: dataset, rule, model_key
-- scratch
-- Models of each dataset that a rule counts otherwise than by default: it leaves them out, or says another day, type or architecture of them. Of all others each rule says what the default says.
-- Models that no dataset shows have none as their dataset: their downloads may be followed all the same.
with listed as (
    select dataset, model_key, type, architecture, appeared_on, appeared_rule, is_merge from marts.models
    union all
    select '', model_key, relation, architecture, appeared_at::date, appeared_rule, is_merge
    from core.models
    where not is_listed and model_key not in (select model_key from marts.evaluated_models)
),
-- all others are dated as the Hub alone says, and nothing else is said of them
tracked as (
    select
        listed.dataset,
        listed.model_key,
        listed.type,
        listed.architecture,
        listed.appeared_on,
        listed.is_merge,
        listed.appeared_rule in ('undated: createdAt floor', 'undated: upload floor') as is_of_floor,
        coalesce(believed.appeared_on, listed.appeared_on) as believed_on,
        coalesce(believed.architecture, listed.architecture) as believed_architecture,
        if(created.created_rule = 'Hub createdAt', created.created_at::date, null) as created_on,
    from listed
    left join core.believed_claims as believed using (model_key)
    left join core.created_dates as created using (model_key)
    where listed.appeared_rule != 'Hub createdAt' or listed.is_merge or believed.model_key is not null
)
select dataset, 'merges-out' as rule, model_key, true as is_left_out, type, architecture, appeared_on
from tracked
where is_merge
union all
select dataset, 'floor-out', model_key, true, type, architecture, appeared_on
from tracked
where is_of_floor
union all
select dataset, 'dates-believed', model_key, false, type, architecture, believed_on
from tracked
where believed_on is distinct from appeared_on
union all
select dataset, 'architectures-believed', model_key, false, type, believed_architecture, appeared_on
from tracked
where believed_architecture is distinct from architecture
union all
select dataset, 'hub-dates', model_key, false, type, architecture, created_on
from tracked
where created_on is distinct from appeared_on
union all
select models.dataset, evaluations.rule, models.model_key, false, evaluations.type, models.architecture, models.appeared_on
from marts.evaluated_models as models
join marts.evaluations_by_rule as evaluations on evaluations.dataset = models.dataset and evaluations.model_key = models.model_key
where evaluations.rule in ('evaluation-first', 'evaluation-latest') and evaluations.type is distinct from models.type
