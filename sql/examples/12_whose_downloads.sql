-- How few owners have most of the downloads
-- grain: owner
-- Downloads of the last 30 days before the listing; the last column is what this owner and all before it have together.
with owners as (
    select owner, count(*) as models, sum(downloads_30d) as downloads_30d
    from core.models
    where is_listed and owner is not null
    group by owner
)
select
    owner,
    downloads_30d::bigint as downloads_30d,
    models,
    row_number() over by_downloads as place,
    round(sum(downloads_30d) over by_downloads / sum(downloads_30d) over (), 4) as share_so_far,
from owners
where downloads_30d > 0
window by_downloads as (order by downloads_30d desc, owner)
order by place
limit 100
