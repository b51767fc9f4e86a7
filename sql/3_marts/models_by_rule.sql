-- grain: dataset, rule, model_key
-- scratch
-- The models that the page shows of each dataset at first, once for each rule that decides which of them count, when they appeared, or of which
-- type and architecture they are. On the Hub these are the models whose task is text generation.
with rules as (
    select rule
    from core.headline_rules
    where rule in (
        'default', 'evaluation-first', 'evaluation-latest', 'merges-out', 'dates-believed', 'architectures-believed', 'hub-dates', 'floor-out'
    )
),
tracked as (
    select
        models.dataset,
        models.model_key,
        models.owner,
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
    where models.dataset != 'hub' or models.is_text_generation
)
select
    tracked.dataset,
    rules.rule,
    tracked.model_key,
    tracked.owner,
    case when starts_with(rules.rule, 'evaluation-') then evaluations.type else tracked.type end as type,
    if(rules.rule = 'architectures-believed', tracked.believed_architecture, tracked.architecture) as architecture,
    case rules.rule
        when 'dates-believed' then tracked.believed_on
        when 'hub-dates' then tracked.created_on
        else tracked.appeared_on
    end as appeared_on,
from tracked
cross join rules
left join marts.evaluations_by_rule as evaluations
    on evaluations.dataset = tracked.dataset and evaluations.rule = rules.rule and evaluations.model_key = tracked.model_key
where not (rules.rule = 'merges-out' and tracked.is_merge)
    and not (rules.rule = 'floor-out' and tracked.is_of_floor)
    and not (starts_with(rules.rule, 'evaluation-') and evaluations.model_key is null)
