-- grain: month
-- The hundred most used repositories of each month against those of the month before: how many stayed, and their share of all that are in either
-- (Jaccard); NULL where the month before has no listing.
with months as (
    select
        month,
        max(week) as week,
        count(*) as repositories,
        month - interval 1 month = lag(month) over (order by month) as follows,
    from marts.most_used_by_month
    group by month
),
stayed as (
    select later.month, count(*) as stayed
    from marts.most_used_by_month as later
    join marts.most_used_by_month as earlier on earlier.series_id = later.series_id and earlier.month = later.month - interval 1 month
    group by later.month
)
select
    months.month,
    months.week,
    months.repositories,
    if(follows, coalesce(stayed, 0), null) as stayed,
    if(follows, months.repositories - coalesce(stayed, 0), null) as entered,
    if(follows, coalesce(stayed, 0) / (months.repositories + lag(months.repositories) over (order by months.month) - coalesce(stayed, 0)), null) as jaccard,
from months
left join stayed using (month)
order by months.month
