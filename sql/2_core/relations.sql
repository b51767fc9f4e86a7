-- grain: model_id
-- scratch
-- How a repository relates to its bases, from what the Hub says; a leaderboard's word only where the Hub has none.
with declared as (
    select model_id, relation, is_declared_on_hub
    from core.base_models
    qualify is_declared_on_hub or not bool_or(is_declared_on_hub) over (partition by model_id)
)
select
    model_id,
    case
        when bool_or(relation = 'merge') then 'merge'
        when bool_or(relation = 'quantized') then 'quantized'
        when bool_or(relation = 'adapter') then 'adapter'
        when bool_or(relation = 'finetune') then 'finetune'
        else 'base without relation'
    end as relation,
    if(
        bool_or(is_declared_on_hub),
        if(count(distinct relation) > 1, 'several relations declared: ' || string_agg(distinct relation, ', ' order by relation), 'declared on the Hub'),
        'base model on the leaderboard'
    ) as relation_rule,
from declared
group by model_id
