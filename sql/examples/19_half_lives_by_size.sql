-- How fast the downloads of a launch come: half-life and best week, by size
-- grain: size
-- Of releases that were followed through their first half year and had at least 1,000 downloads in their first 26 weeks.
-- The half-life is the number of days until half of the downloads of the first 180 days had come.
select
    lifetimes.size,
    count(*) as launches,
    median(launches.half_life_days) as half_life_days,
    median(launches.best_week) as best_week,
    count(*) filter (launches.best_week = 1) / count(*) as share_best_in_first_week,
    median(launches.downloads_26_weeks)::bigint as downloads_26_weeks,
from marts.launches
join marts.lifetimes as lifetimes using (series_id)
where lifetimes.dataset = 'hub' and launches.downloads_26_weeks >= 1000
group by lifetimes.size
order by launches desc, lifetimes.size
