-- grain: model_key
-- scratch
-- How a repository relates to its bases, from what the Hub says; a leaderboard's word only for repositories that no Hub source names.
-- Where no relation is declared, it is what its tags, library or name say. Where nothing that is declared is an id, the rule says so.
with declared as (
    select
        model_key,
        bool_or(is_declared_on_hub) as is_declared_on_hub,
        coalesce(bool_or(relation = 'merge'), false) as is_merge,
        coalesce(bool_or(relation = 'quantized'), false) as is_quantized,
        coalesce(bool_or(relation = 'adapter'), false) as is_adapter,
        coalesce(bool_or(relation = 'finetune'), false) as is_finetune,
        concat_ws(', ', if(is_adapter, 'adapter', null), if(is_finetune, 'finetune', null), if(is_merge, 'merge', null), if(is_quantized, 'quantized', null)) as relations,
    from core.declared_edges
    group by model_key
),
related as (
    select
        model_key,
        case
            when is_merge then 'merge'
            when is_quantized then 'quantized'
            when is_adapter then 'adapter'
            when is_finetune then 'finetune'
            else coalesce(stated.relation, 'base without relation')
        end as relation,
        case
            when stated.relation_rule is not null then stated.relation_rule
            when not is_declared_on_hub then 'base model on the leaderboard'
            when contains(relations, ',') then 'several relations declared: ' || relations
            else 'declared on the Hub'
        end as relation_rule,
    from declared
    left join core.stated_relations as stated using (model_key)
    where is_declared_on_hub
        or not exists (from core.repositories where repositories.model_key = declared.model_key and repositories.is_on_hub)
)
from related
union all
select model_key, null as relation, 'declared, not an id' as relation_rule
from core.unreadable_bases
where model_key not in (select model_key from related)
    and (is_declared_on_hub or not exists (from core.repositories where repositories.model_key = unreadable_bases.model_key and repositories.is_on_hub))
