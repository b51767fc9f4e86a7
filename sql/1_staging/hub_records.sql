-- grain: none, as landed
-- What the Hub says of each model, in whichever of its lists that landed: names and types.
with landed as (
    select *, null::boolean as is_absent, null::timestamp as last_seen_at, 'hub_listing' as source from landing.hub_listing
    union all
    select *, null::boolean as is_absent, null::timestamp as last_seen_at, 'hub_changes' as source from landing.hub_changes
    union all
    select * exclude (is_absent, last_seen_at), is_absent, last_seen_at, 'hub_absences' as source from landing.hub_absences
    union all
    select *, null::boolean as is_absent, null::timestamp as last_seen_at, 'hub_details' as source from landing.hub_details
    union all
    select *, null::boolean as is_absent, null::timestamp as last_seen_at, 'hub_repositories' as source from landing.hub_repositories
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
    source,
    case when is_absent is null then 'listed' when is_absent then 'absent' else 'back' end as presence,
    last_seen_at,
from landed
