-- grain: model_id
-- stored
-- The thousand listed models with most likes and the thousand with most downloads in 30 days, with their places in both lists, of those whose likes and downloads are known.
with listed as (
    select model_id, owner, likes, downloads_30d
    from core.models
    where is_listed and likes is not null and downloads_30d is not null
),
placed as (
    select
        *,
        row_number() over (order by likes desc, downloads_30d desc, model_id)::int as likes_place,
        row_number() over (order by downloads_30d desc, likes desc, model_id)::int as downloads_place,
    from listed
)
select
    model_id, /* repository */
    owner, /* its owner */
    likes,
    downloads_30d, /* downloads in the 30 days before the snapshot */
    if(downloads_30d > 0, 1e6 * likes / downloads_30d, null) as likes_per_million, /* likes per million of these downloads */
    likes_place, /* place by likes; ties by downloads, then by name */
    downloads_place, /* place by downloads; ties by likes, then by name */
from placed
where likes_place <= 1000 or downloads_place <= 1000
order by downloads_place
