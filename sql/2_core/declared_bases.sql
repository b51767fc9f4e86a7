-- grain: model_key, base_model_id, claim
-- scratch
-- by model: core.listed, core.detailed, core.tags, core.card_entries, core.submissions_by_key
-- Base models that a model declares, each once: with the closest relation of all its declarations and the best of their sources.
-- Addresses, revisions, trailing slashes and lists in one text are taken for the ids that they hold; what holds none keeps its text as
-- claim, without an id. Words for nothing declare nothing.
with entries as (
    select model_key, unnest(if(json_type(base_models) = 'ARRAY', base_models -> '$[*]', [base_models])) as entry
    from (
        select model_key, base_models from core.listed where base_models is not null
        union all
        select model_key, base_models from core.detailed where base_models is not null
    )
),
declared as (
    select
        model_key,
        if(json_type(model) = 'VARCHAR', model ->> '$', coalesce(model ->> '$.id', model ->> '$.name')) as claim,
        relation,
        1 as preference,
    from (select model_key, entry ->> '$.relation' as relation, unnest(entry -> '$.models[*]') as model from entries)
    union all
    select
        model_key,
        substr(tag, if(relation is null, 12, 13 + length(relation))) as claim,
        relation,
        if(relation is null, 4, 2) as preference,
    from (
        select
            model_key,
            tag,
            case
                when starts_with(tag, 'base_model:finetune:') then 'finetune'
                when starts_with(tag, 'base_model:quantized:') then 'quantized'
                when starts_with(tag, 'base_model:adapter:') then 'adapter'
                when starts_with(tag, 'base_model:merge:') then 'merge'
                when lower(split_part(tag, ':', 2)) in ('finetune', 'adapter', 'quantized', 'merge') and tag like '%:%:%' then split_part(tag, ':', 2)
            end as relation,
        from core.tags
        where subject = 'base model'
    )
    union all
    select model_key, text as claim, relation, 3 as preference
    from core.card_entries
    where subject = 'base model'
    union all
    select model_key, base_model_id as claim, null as relation, 5 as preference
    from core.submissions_by_key
    where base_model_id is not null
),
texts as materialized ( -- once per text, not once per declaration
    select
        claim,
        case
            when lower(trim(claim)) in ('', '-', '?', 'none', 'null', 'nan', 'n/a', 'na', 'unknown', 'undefined', '[]', '{}', 'false') then null
            when regexp_full_match(claim, '\w[\w.\-]*/[\w.\-]*\w') then [claim]
            else list_transform(
                list_filter(
                    str_split_regex(regexp_replace(claim, '^\s*(?:\[[^\]]*\]\(([^)]*)\)|<(\w+://[^>]*)>)\s*$', '\1\2'), '[,;|&+\n\r]|\sand\s'),
                    lambda part: regexp_matches(part, '\w')
                ),
                lambda part: part
                    .regexp_replace('^[\s\-*•"''`\[(]+|[\s"''`\]).]+$', '', 'g')
                    .regexp_replace('^(?i)(https?://)?(www\.)?(huggingface\.co|hf\.co)/(api/)?(models/)?|^hf://(models/)?', '')
                    .regexp_replace('[?#@].*$', '')
                    .regexp_replace('^([^/]+/[^/]+)/(tree|blob|resolve|raw|commits?|discussions|edit)(/.*)?$', '\1')
                    .regexp_replace('^([^/]+)/(tree|blob|resolve|raw)/.+$', '\1')
                    .regexp_replace('(\.git)?/*$', '')
            )
        end as ids,
    from (select distinct claim from declared)
),
read as (
    select
        claim,
        unnest(if(
            len(ids) > 0
            and (len(ids) = 1 or len(list_filter(ids, lambda id: contains(id, '/'))) > 0) -- "Llama, 7B" is no list of ids
            and len(list_filter(
                ids,
                -- The Hub's own rule, huggingface_hub's validate_repo_id; a lone file name and a page of the site are no ids either.
                lambda id: not regexp_full_match(id, '(\w([\w.\-]*\w)?/)?\w([\w.\-]{0,94}\w)?')
                    or length(id) > 200
                    or regexp_matches(id, '--|\.\.|^[^/]*\.(safetensors|gguf|ggml|bin|pth?|ckpt|h5|onnx)$')
                    or regexp_matches(id, '^(datasets|spaces|docs|papers|blog|collections|models|api)(/|$)')
            )) = 0,
            ids,
            [null]
        )) as base_model_id,
    from texts
    where ids is not null -- words for nothing
),
readings as materialized (
    select *, dense_rank() over (order by base_model_id, unread_claim) as reading_number
    from (select claim, base_model_id, if(base_model_id is null, left(claim, 200), null) as unread_claim from read)
),
grouped as (
    select
        declared.model_key,
        readings.reading_number,
        min(case
            when relation = 'merge' then 1
            when relation = 'quantized' then 2
            when relation = 'adapter' then 3
            when relation = 'finetune' then 4
            when regexp_matches(relation, '(?i)fine.?tun') then 4
            when regexp_matches(relation, '(?i)adapter|lora|peft') then 3
            when regexp_matches(relation, '(?i)quanti') then 2
            when regexp_matches(relation, '(?i)merg') then 1
        end) as relation_number,
        min(declared.preference) as preference,
    from declared
    join readings using (claim)
    group by declared.model_key, readings.reading_number
)
select
    grouped.model_key,
    distinct_readings.base_model_id,
    distinct_readings.unread_claim as claim,
    ['merge', 'quantized', 'adapter', 'finetune'][relation_number] as relation,
    preference,
    ['Hub baseModels', 'tag with relation', 'model card', 'tag without relation', 'leaderboard'][preference] as rule,
from grouped
join (select distinct reading_number, base_model_id, unread_claim from readings) as distinct_readings using (reading_number)
