-- grain: none, as landed
-- What the Hub says of each model, in whichever of its lists that landed: names and types, without the names that are left out.
with landed as (
    from staging.hub_landed anti join staging.left_out_rows using (source, snapshot_id, row_number)
    union all
    from staging.left_out_records
),
-- Each JSON is parsed once for all that is taken out of it.
extracted as (
    select
        *,
        json_extract_string(safetensors, ['$.total', '$.parameters.I32', '$.parameters.U32', '$.parameters.U8']) as weight_counts,
        json_extract_string(
            config,
            [
                '$.architectures[0]', '$.model_type', '$.quantization_config', '$.quantization_config.bits',
                '$.quantization_config.load_in_4bit', '$.quantization_config.load_in_8bit'
            ]
        ) as config_entries,
        json_extract(card_data, ['$.license', '$.license_name', '$.base_model', '$.datasets', '$.base_model_relation', '$.language']) as card_entries,
    from landed
)
select
    row_number,
    if(strlen(id) = length(id) and not contains(id, ' '), id, trim(id)) as model_id, -- trim takes ten times as long
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
    if(try_cast(weight_counts[1] as double) between 1 and 1e15, try_cast(weight_counts[1] as double), null) as stated_weights,
    list_sum(list_filter(list_transform(json_extract_string(safetensors, '$.parameters.*'), lambda n: try_cast(n as double)), lambda n: n between 1 and 1e15)) as stored_weights,
    list_sum(list_filter(list_transform([weight_counts[2], weight_counts[3]], lambda n: try_cast(n as double)), lambda n: n between 1 and 1e15)) as stored_in_32_bits,
    if(try_cast(weight_counts[4] as double) between 1 and 1e15, try_cast(weight_counts[4] as double), null) as stored_in_8_bits,
    if(try_cast(gguf ->> '$.total' as double) between 1 and 1e15, try_cast(gguf ->> '$.total' as double), null) as gguf_weights,
    starts_with(config_entries[3], '{') as has_quantization,
    case
        when config_entries[5] = 'true' then 4
        when config_entries[6] = 'true' then 8
        else try_cast(config_entries[4] as int)
    end as quantization_bits,
    config_entries[1] as architecture_class,
    config_entries[2] as model_type,
    card_entries[1] as card_license,
    card_entries[2] as card_license_name,
    card_entries[3] as card_base_model,
    card_entries[5] ->> '$' as card_relation,
    card_entries[4] as card_datasets,
    card_entries[6] as card_language,
    hash(
        tags, base_models::varchar, config::varchar, card_data::varchar,
        ' ' || tags::varchar, ' ' || base_models::varchar, ' ' || config::varchar, ' ' || card_data::varchar
    ) as declared_hash, -- of all that core decides by for each model alone; behind a space as well, for texts that differ in two signs may have the same hash
    snapshot_id,
    source,
    case when is_absent is null then 'listed' when is_absent then 'absent' else 'back' end as presence,
    last_seen_at,
from extracted
