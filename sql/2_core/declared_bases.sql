-- grain: model_key, base_model_id, rule, relation
-- scratch
-- Base models as each source declares them, each declaration once.
with entries as (
    select model_key, unnest(if(json_type(base_models) = 'ARRAY', base_models -> '$[*]', [base_models])) as entry
    from (
        select model_key, base_models from core.listed where base_models is not null
        union all
        select model_key, base_models from core.detailed where base_models is not null
    )
),
declared as (
    select model_key, json_extract_string(model, '$.id') as base_model_id, relation, 'Hub baseModels' as rule, 1 as preference
    from (select model_key, lower(entry ->> '$.relation') as relation, unnest(entry -> '$.models[*]') as model from entries)
    union all
    select
        model_key,
        substr(tag, if(relation is null, 12, 13 + length(relation))) as base_model_id,
        relation,
        if(relation is null, 'tag without relation', 'tag with relation') as rule,
        if(relation is null, 4, 2) as preference,
    from (
        select
            model_key,
            tag,
            if(
                contains(tag[12:], ':') and split_part(tag, ':', 2) in ('finetune', 'adapter', 'quantized', 'merge'),
                split_part(tag, ':', 2),
                null
            ) as relation,
        from core.tags
        where subject = 'base model'
    )
    union all
    select
        model_key,
        regexp_replace(unnest(card_base_models), '^https?://(www\.)?(huggingface\.co|hf\.co)/', '') as base_model_id,
        null as relation,
        'model card' as rule,
        3 as preference,
    from core.detailed
    union all
    select model_key, base_model_id, null as relation, 'leaderboard' as rule, 5 as preference
    from core.keyed_submissions
    where base_model_id is not null
)
select distinct model_key, base_model_id, relation, rule, preference
from declared
