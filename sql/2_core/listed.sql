-- grain: model_key
-- scratch
-- The listing, one row per repository: what changed since goes first, then the one modified last where pages moved under
-- the reader; a model that it no longer holds stands as it was seen last.
with named as (
    select
        names.model_key,
        names.listings,
        hub_listing.snapshot_id,
        hub_listing.row_number,
        hub_listing.created_at,
        hub_listing.last_modified,
        hub_listing.likes,
        hub_listing.downloads_30d,
        hub_listing.downloads_all_time,
        hub_listing.pipeline_tag,
        hub_listing.library_name,
        hub_listing.gated,
        hub_listing.base_models,
        hub_listing.stated_weights,
        hub_listing.stored_weights,
        hub_listing.stored_in_32_bits,
        hub_listing.stored_in_8_bits,
        hub_listing.gguf_weights,
        hub_listing.has_quantization,
        hub_listing.quantization_bits,
        hub_listing.architecture_class,
        hub_listing.model_type,
        hub_listing.presence,
        hub_listing.declared_hash,
    from staging.hub_listing
    join core.names on names.name = hub_listing.model_id
)
from named where listings = 1
union all
(
    from named
    where listings > 1
    qualify row_number() over (
        partition by model_key
        order by
            presence = 'listed' desc, presence = 'absent' desc, last_modified desc nulls last, snapshot_id desc,
            downloads_30d desc nulls last, likes desc nulls last, row_number desc
    ) = 1
)
