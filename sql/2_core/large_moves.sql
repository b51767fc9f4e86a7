-- grain: day
-- scratch
-- grows by: day from staging.hub_adoption
-- On each kept day: how many more repositories than before have at least 60,000 downloads in 30 days, and of how many that had so many the
-- downloads changed. What changed on a day stays what it was, so that a build reads the new days only.
with moves as (
    select
        day,
        case when change = 'gone' then null else downloads_30d end as downloads_30d,
        case when change = 'gone' then downloads_30d when change not in ('first', 'back') then downloads_30d - downloads_30d_change end as downloads_30d_before,
        downloads_30d_change != 0 or downloads_all_time_change != 0 as has_moved,
    from staging.hub_adoption
    where series_id > 0 and change != 'same'
)
select
    day,
    count(*) filter (downloads_30d >= 60000) - count(*) filter (downloads_30d_before >= 60000) as more,
    count(*) filter (downloads_30d_before >= 60000 and has_moved) as moved,
from moves
where downloads_30d >= 60000 or downloads_30d_before >= 60000
group by day
