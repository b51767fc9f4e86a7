-- grain: none, as landed
-- What the Hub's listings say of each model: the latest full one, what changed since, and what it no longer holds as it was
-- seen last. Names and types.
with landed as (
    select * from landing.hub_listing
    union all by name
    select * from landing.hub_changes
    union all by name
    select * from landing.hub_absences
)
select
    row_number,
    trim(id) as model_id,
    author,
    created_at,
    last_modified,
    if(likes < 0, 0, likes) as likes,
    if(downloads < 0, 0, downloads) as downloads_30d,
    if(downloads_all_time < 0, 0, downloads_all_time) as downloads_all_time,
    coalesce(tags, []) as tags,
    nullif(trim(pipeline_tag), '') as pipeline_tag,
    nullif(trim(library_name), '') as library_name,
    gated,
    base_models,
    if(try_cast(safetensors ->> '$.total' as double) between 1 and 1e15, try_cast(safetensors ->> '$.total' as double), null) as stated_weights,
    list_sum(list_filter(list_transform(json_extract_string(safetensors, '$.parameters.*'), lambda n: try_cast(n as double)), lambda n: n between 1 and 1e15)) as stored_weights,
    list_sum(list_filter(list_transform(json_extract_string(safetensors, ['$.parameters.I32', '$.parameters.U32']), lambda n: try_cast(n as double)), lambda n: n between 1 and 1e15)) as stored_in_32_bits,
    if(try_cast(safetensors ->> '$.parameters.U8' as double) between 1 and 1e15, try_cast(safetensors ->> '$.parameters.U8' as double), null) as stored_in_8_bits,
    if(try_cast(gguf ->> '$.total' as double) between 1 and 1e15, try_cast(gguf ->> '$.total' as double), null) as gguf_weights,
    json_type(config, '$.quantization_config') = 'OBJECT' as has_quantization,
    case
        when (config ->> '$.quantization_config.load_in_4bit') = 'true' then 4
        when (config ->> '$.quantization_config.load_in_8bit') = 'true' then 8
        else try_cast(config ->> '$.quantization_config.bits' as int)
    end as quantization_bits,
    coalesce(config ->> '$.architectures[0]', null) as architecture_class,
    config ->> '$.model_type' as model_type,
    card_data -> '$.license' as card_license,
    card_data -> '$.license_name' as card_license_name,
    card_data -> '$.base_model' as card_base_model,
    card_data ->> '$.base_model_relation' as card_relation,
    card_data -> '$.datasets' as card_datasets,
    snapshot_id,
    case when is_absent is null then 'listed' when is_absent then 'absent' else 'back' end as presence,
    last_seen_at,
from landed
