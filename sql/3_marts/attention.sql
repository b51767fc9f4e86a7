-- grain: model_id
-- stored
-- The thousand listed models with most likes and the thousand with most downloads in 30 days, with their places in both lists, of those whose likes and downloads are known.
with listed as (
    select model_id, owner, likes, downloads_30d
    from core.models
    where is_listed and likes is not null and downloads_30d is not null
),
pairs as (
    -- how many models have more likes, and how many more downloads, than those that have as many of both
    select
        likes,
        downloads_30d,
        sum(count(*)) over (order by likes desc, downloads_30d desc) - count(*) as more_liked,
        sum(count(*)) over (order by downloads_30d desc, likes desc) - count(*) as more_downloaded,
    from listed
    group by likes, downloads_30d
),
placed as (
    select
        listed.*,
        (pairs.more_liked + row_number() over equals)::int as likes_place,
        (pairs.more_downloaded + row_number() over equals)::int as downloads_place,
    from listed
    join pairs using (likes, downloads_30d)
    where pairs.more_liked < 1000 or pairs.more_downloaded < 1000
    window equals as (partition by listed.likes, listed.downloads_30d order by listed.model_id)
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
