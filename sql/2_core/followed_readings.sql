-- grain: series_id, week
-- scratch
-- The figures of each followed release in the weeks with a listing, from its birth: its peak so far, and the figure of its next such week.
select
    series_id,
    weeks.week,
    (weeks.week - followed.birth_week) // 7 as age,
    weeks.downloads_30d,
    max(weeks.downloads_30d) over so_far as peak_so_far,
    lead(weeks.downloads_30d) over (partition by series_id order by weeks.week) as next_downloads_30d,
from staging.hub_adoption_weeks as weeks
join core.followed_launches as followed using (series_id)
where weeks.downloads_30d is not null and weeks.week >= followed.birth_week
window so_far as (partition by series_id order by weeks.week rows between unbounded preceding and current row)
