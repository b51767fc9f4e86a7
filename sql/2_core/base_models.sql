-- grain: model_id, base_model_id
-- Declared base models, self-edges dropped; the relation where one was declared, and which declaration it comes from.
with declared as (
    select model_id, json_extract_string(model, '$.id') as base_model_id, lower(entry ->> '$.relation') as relation, 'Hub baseModels' as rule, 1 as preference
    from (
        select model_id, entry, unnest(entry -> '$.models[*]') as model
        from (
            select
                model_id,
                unnest(if(json_type(base_models) = 'ARRAY', base_models -> '$[*]', [base_models])) as entry,
            from (
                select model_id, base_models from core.listed where base_models is not null
                union all
                select model_id, base_models from core.detailed where base_models is not null
            )
        )
    )
    union all
    select
        model_id,
        regexp_replace(tag, '^base_model:((finetune|adapter|quantized|merge):)?', '') as base_model_id,
        nullif(regexp_extract(tag, '^base_model:(finetune|adapter|quantized|merge):', 1), '') as relation,
        if(relation is null, 'tag without relation', 'tag with relation') as rule,
        if(relation is null, 4, 2) as preference,
    from (
        select model_id, unnest(list_filter(tags, lambda tag: starts_with(tag, 'base_model:'))) as tag from core.listed
        union all
        select model_id, unnest(list_filter(tags, lambda tag: starts_with(tag, 'base_model:'))) as tag from core.detailed
    )
    union all
    select
        model_id,
        regexp_replace(unnest(card_base_models), '^https?://(www\.)?(huggingface\.co|hf\.co)/', '') as base_model_id,
        null as relation,
        'model card' as rule,
        3 as preference,
    from core.detailed
    union all
    select distinct model_id, base_model_id, null as relation, 'leaderboard' as rule, 5 as preference
    from core.submissions
    where base_model_id is not null
)
select
    model_id, /* repository that declares */
    base_model_id, /* repository that it names, as it names it */
    arg_min(relation, list_position(['merge', 'quantized', 'adapter', 'finetune'], relation)) as relation, /* merge, quantized, adapter or finetune, the first of these that was declared; NULL where none was */
    arg_min(rule, preference) as rule, /* which declaration it comes from */
    min(preference) < 5 as is_declared_on_hub, /* False where only a leaderboard says so */
    exists (from core.repositories as known where known.model_id = declared.base_model_id) as is_known, /* False: an unknown parent, kept visible */
from declared
where
    base_model_id != model_id
    and length(base_model_id) <= 200
    and regexp_full_match(base_model_id, '[A-Za-z0-9_.\-]+(/[A-Za-z0-9_.\-]+)?')
group by model_id, base_model_id
