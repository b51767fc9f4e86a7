-- grain: day
-- scratch
-- Of the repositories with at least 60,000 downloads in 30 days on the kept day before: how many there were, and of how many the downloads changed.
with days as (
    select day, since, count(*) filter (since is null) over (order by day) as stretch
    from staging.hub_adoption
    where series_id = 0
)
select
    days.day,
    coalesce(counted.moved, 0)::int as large_moved,
    coalesce(sum(coalesce(counted.more, 0)) over earlier, 0)::int as large,
from days
left join core.large_moves as counted using (day)
window earlier as (partition by days.stretch order by days.day rows between unbounded preceding and 1 preceding)
