-- grain: day
-- scratch
-- Of the repositories with at least 60,000 downloads in 30 days on the kept day before: how many there were, and of how many the downloads changed.
with moves as (
    select
        day,
        since,
        case when change = 'gone' then null else downloads_30d end as downloads_30d,
        case when change = 'gone' then downloads_30d when change not in ('first', 'back') then downloads_30d - downloads_30d_change end as downloads_30d_before,
        downloads_30d_change != 0 or downloads_all_time_change != 0 as has_moved,
    from staging.hub_adoption
    where series_id > 0 and change != 'same'
),
counted as (
    select
        day,
        count(*) filter (downloads_30d >= 60000) - count(*) filter (downloads_30d_before >= 60000) as more,
        count(*) filter (downloads_30d_before >= 60000 and has_moved) as moved,
    from moves
    where downloads_30d >= 60000 or downloads_30d_before >= 60000
    group by day
),
days as (
    select day, since, count(*) filter (since is null) over (order by day) as stretch
    from staging.hub_adoption
    where series_id = 0
)
select
    days.day,
    coalesce(counted.moved, 0)::int as large_moved,
    coalesce(sum(coalesce(counted.more, 0)) over earlier, 0)::int as large,
from days
left join counted using (day)
window earlier as (partition by days.stretch order by days.day rows between unbounded preceding and 1 preceding)
