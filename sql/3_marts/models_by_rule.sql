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
shown as (
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
        case
            when named.created_at >= timestamp '2022-03-02 23:29:10' and named.created_at <= named.last_seen_at + interval 1 day then named.created_at::date
            when named.created_at between timestamp '2022-03-02' and timestamp '2022-03-02 23:28:59.999999' then named.created_at::date
        end as created_on,
    from marts.models
    join core.models as named using (model_key)
    left join core.believed_claims as believed using (model_key)
    where models.dataset != 'hub' or models.is_text_generation
)
select
    shown.dataset,
    rules.rule,
    shown.model_key,
    shown.owner,
    case when starts_with(rules.rule, 'evaluation-') then evaluations.type else shown.type end as type,
    if(rules.rule = 'architectures-believed', shown.believed_architecture, shown.architecture) as architecture,
    case rules.rule
        when 'dates-believed' then shown.believed_on
        when 'hub-dates' then shown.created_on
        else shown.appeared_on
    end as appeared_on,
from shown
cross join rules
left join marts.evaluations_by_rule as evaluations
    on evaluations.dataset = shown.dataset and evaluations.rule = rules.rule and evaluations.model_key = shown.model_key
where not (rules.rule = 'merges-out' and shown.is_merge)
    and not (rules.rule = 'floor-out' and shown.is_of_floor)
    and not (starts_with(rules.rule, 'evaluation-') and evaluations.model_key is null)
