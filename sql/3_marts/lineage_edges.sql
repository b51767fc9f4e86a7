-- grain: base_key, model_key
-- stored
-- Which model stands directly on which, as core.lineage_by_key follows declarations, so that one family is drawn from a small table.
-- Where no relation is declared, it is what the model's tags, library or name say.
with edges as (
    select model_key, ancestor_key as base_key
    from core.lineage_by_key
    where distance = 1
),
declared as (
    select declared.model_key, declared.base_model_key as base_key, declared.relation, declared.rule, edges.base_key is null as is_alias
    from core.base_models_by_key as declared
    left join edges on edges.model_key = declared.model_key and edges.base_key = declared.base_model_key
),
-- declarations of another repository of the same weights, which lineage follows to the base itself
of_aliases as (
    select model_key, min(relation) as relation
    from declared
    where is_alias
    group by model_key
),
circles as (
    select edges.model_key, edges.base_key
    from edges
    join core.lineage_by_key as back on back.model_key = edges.base_key and back.ancestor_key = edges.model_key
)
select
    edges.base_key, /* base model; its name is in marts.lineage_models */
    edges.model_key, /* model that stands on it */
    coalesce(declared.relation, of_aliases.relation, stated.relation, 'base without relation') as relation, /* merge, quantized, adapter, finetune or base without relation */
    case
        when starts_with(coalesce(declared.rule, ''), 'curated') then 'curated'
        when coalesce(declared.relation, of_aliases.relation) is not null then 'declared'
        else coalesce(stated.relation_rule, 'none declared')
    end as relation_rule, /* where the relation is from */
    circles.model_key is not null as is_in_circle, /* whether the base itself descends from the model: declarations that go round in a circle */
from edges
left join declared on declared.model_key = edges.model_key and declared.base_key = edges.base_key and not declared.is_alias
left join of_aliases on of_aliases.model_key = edges.model_key
left join core.stated_relations as stated on stated.model_key = edges.model_key
left join circles on circles.model_key = edges.model_key and circles.base_key = edges.base_key
order by edges.base_key, edges.model_key
