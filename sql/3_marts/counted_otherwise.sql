-- grain: dataset, rule, model_key
-- scratch
-- Models of each dataset that a rule counts otherwise than by default: it leaves them out, or says another day, type or architecture of them. Of all others each rule says what the default says.
with tracked as (
    select
        models.dataset,
        models.model_key,
        models.type,
        models.architecture,
        models.appeared_on,
        models.is_merge,
        models.appeared_rule in ('undated: createdAt floor', 'undated: upload floor') as is_of_floor,
        coalesce(believed.appeared_on, models.appeared_on) as believed_on,
        coalesce(believed.architecture, models.architecture) as believed_architecture,
        if(created.created_rule = 'Hub createdAt', created.created_at::date, null) as created_on,
    from marts.models
    left join core.believed_claims as believed using (model_key)
    left join core.created_dates as created using (model_key)
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
select tracked.dataset, evaluations.rule, tracked.model_key, false, evaluations.type, tracked.architecture, tracked.appeared_on
from tracked
join marts.evaluations_by_rule as evaluations on evaluations.dataset = tracked.dataset and evaluations.model_key = tracked.model_key
where evaluations.rule in ('evaluation-first', 'evaluation-latest') and evaluations.type is distinct from tracked.type
