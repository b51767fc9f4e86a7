-- grain: model_key
-- scratch
-- How a repository that declares a base, but no relation to it, relates to it by its own tags, library and name: the first rule that holds.
-- Older listings of the Hub have no relations; later ones have what the Hub read from the same signs.
-- A model that was trained from a copy with fewer bits (QLoRA) has the copy's bits in its tags or name, and is no copy itself.
with candidates as (
    select edges.model_key, bool_and(copies.model_key is not null) as is_base_copy
    from core.declared_edges as edges
    left join core.quantized_copies as copies on copies.model_key = edges.base_model_key
    group by edges.model_key
    having count(edges.relation) = 0
),
formats as (
    select model_key, bool_or(tag in ('gguf', 'exl2')) as is_of_copies, bool_or(tag in ('gptq', 'awq', 'mlx', 'fp8')) as is_format
    from core.tags
    where subject = 'quantization'
    group by model_key
),
signs as (
    select
        candidates.model_key,
        coalesce(formats.is_of_copies, false) or regexp_matches(repositories.read_as, '(?i)gguf|ggml|exl2|bpw') as is_file_of_copies,
        coalesce(formats.is_format, false) or regexp_matches(repositories.read_as, '(?i)gptq|awq|mlx|hqq|fp8|w4a16|w8a8') as is_format,
        copies.model_key is not null as has_fewer_bits,
        candidates.is_base_copy,
        coalesce(coalesce(listed.library_name, detailed.library_name) = 'peft', false) or coalesce(tags.is_peft, false) as is_peft,
        coalesce(tags.is_adapter, false) and coalesce(listed.library_name, detailed.library_name, '') != 'transformers' as is_adapter,
        regexp_matches(repositories.read_as, '(?i)(^|[-_./])(q?lora|adapter)s?([-_.\d]|$)') and not regexp_matches(repositories.read_as, '(?i)merge|fused') as is_named_adapter,
        coalesce(tags.is_merge, false) as is_merge,
        coalesce(tags.is_trained, false) as is_trained,
    from candidates
    join core.repositories using (model_key)
    left join core.relation_tags as tags using (model_key)
    left join core.quantized_copies as copies using (model_key)
    left join formats using (model_key)
    left join core.listed using (model_key)
    left join core.detailed using (model_key)
),
stated as (
    select
        model_key,
        case
            when is_file_of_copies then 'quantized copy, by tag or name'
            when is_peft then 'adapter, by library or tag peft'
            when has_fewer_bits and (not is_trained or (is_format and not is_base_copy)) then 'quantized copy, by tag or name'
            when is_merge then 'merge, by tag'
            when is_adapter then 'adapter, by tag'
            when is_named_adapter then 'adapter, by name'
            when is_trained then 'fine-tuned, by tag'
        end as relation_rule,
    from signs
)
select
    model_key,
    case split_part(relation_rule, ',', 1)
        when 'quantized copy' then 'quantized'
        when 'fine-tuned' then 'finetune'
        else split_part(relation_rule, ',', 1)
    end as relation,
    relation_rule,
from stated
where relation_rule is not null
