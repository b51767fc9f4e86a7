-- grain: dataset, rule, model_key
-- scratch
-- Every evaluated model of each leaderboard, once for each rule that decides which of them count, with which score, how large they are or when they appeared.
with rules as (
    select
        rule,
        if(starts_with(rule, 'evaluation-'), rule, 'default') as evaluation_rule,
    from core.headline_rules
    where rule in (
        'default', 'evaluation-first', 'evaluation-latest', 'evaluation-median', 'merges-out', 'sizes-believed', 'dates-believed', 'hub-dates', 'floor-opening'
    )
),
evaluated as materialized (
    select
        models.dataset,
        models.model_key,
        models.model_id,
        models.is_merge,
        models.appeared_on,
        models.appeared_rule in ('undated: createdAt floor', 'undated: upload floor') as is_of_floor,
        coalesce(believed.appeared_on, models.appeared_on) as believed_on,
        if(created.created_rule = 'Hub createdAt', created.created_at::date, null) as created_on,
        models.parameters_b,
        models.nominal_b,
        named.parameters_rule,
        believed.parameters_b as believed_b,
    from marts.evaluated_models as models
    join core.models as named using (model_key)
    left join core.believed_claims as believed using (model_key)
    left join core.created_dates as created using (model_key)
)
select
    evaluated.dataset,
    rules.rule,
    evaluated.model_key,
    evaluated.model_id,
    scores.type,
    scores.score,
    scores.scores,
    case rules.rule
        when 'dates-believed' then evaluated.believed_on
        when 'hub-dates' then evaluated.created_on
        when 'floor-opening' then if(evaluated.is_of_floor, date '2022-03-02', evaluated.appeared_on)
        else evaluated.appeared_on
    end as appeared_on,
    if(rules.rule = 'sizes-believed' and evaluated.believed_b is not null, evaluated.believed_b, evaluated.parameters_b) as parameters_b,
    case
        when rules.rule != 'sizes-believed' or evaluated.believed_b is null then evaluated.nominal_b
        when evaluated.believed_b < 0.1 then round(evaluated.believed_b, 3)
        when evaluated.believed_b < 2.5 then round(evaluated.believed_b, 1)
        else round(evaluated.believed_b)
    end as nominal_b,
    -- leaderboard v1 cuts sizes to whole billions: there 2 stands for all from 2 to 3
    (evaluated.parameters_rule = 'leaderboard v1' and (rules.rule != 'sizes-believed' or evaluated.believed_b is null))::int as cut_off_b,
from evaluated
cross join rules
join marts.evaluations_by_rule as scores
    on scores.dataset = evaluated.dataset and scores.rule = rules.evaluation_rule and scores.model_key = evaluated.model_key
where not (rules.rule = 'merges-out' and evaluated.is_merge)
