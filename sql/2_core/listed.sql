-- grain: model_id
-- scratch
-- The listing, one row per repository: the one modified last where pages moved under the reader.
with named as (
    select
        row_number,
        model_id,
        created_at,
        last_modified,
        likes,
        downloads_30d,
        downloads_all_time,
        tags,
        list_filter(tags, lambda tag: starts_with(tag, 'license:'))[1][9:] as tagged_license,
        pipeline_tag,
        library_name,
        gated,
        base_models,
        snapshot_id,
    from staging.hub_listing
),
repeated as (
    select model_id from staging.hub_listing group by model_id having count(*) > 1
)
from named anti join repeated using (model_id)
union all
(
    select named.*
    from named
    semi join repeated using (model_id)
    qualify row_number() over (
        partition by model_id
        order by last_modified desc nulls last, downloads_30d desc nulls last, likes desc nulls last, row_number desc
    ) = 1
)
