-- grain: model_id
-- scratch
-- The listing, one row per repository: the one modified last where pages moved under the reader.
with repeated as (
    select model_id from staging.hub_listing group by model_id having count(*) > 1
)
select * from staging.hub_listing anti join repeated using (model_id)
union all
(
    select hub_listing.*
    from staging.hub_listing
    semi join repeated using (model_id)
    qualify row_number() over (
        partition by model_id
        order by last_modified desc nulls last, downloads_30d desc nulls last, likes desc nulls last, row_number desc
    ) = 1
)
