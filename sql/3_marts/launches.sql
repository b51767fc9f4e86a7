-- grain: series_id
-- stored
-- The first half year of each release that was followed from its birth: how much it was downloaded, in which week most, and after how many days half of it.
with weeks as (
    select
        launch_weeks.*,
        7 * number - (followed.appeared_on - followed.birth_week) as last_day,
        if(number = 1, 7 - (followed.appeared_on - followed.birth_week), 7) as days,
    from marts.launch_weeks
    join core.followed_launches as followed using (series_id)
),
horizons as (
    -- day 180 lies in week 26 or 27: its part of that week's downloads goes by its days
    select
        series_id,
        max(so_far) filter (number = 26) as downloads_26_weeks,
        max(so_far - gained * (last_day - 180) / days) filter (last_day between 180 and 186) as downloads_180_days,
        max(gained) filter (number <= 26) as most,
    from weeks
    group by series_id
)
select
    series_id,
    max(downloads_26_weeks) as downloads_26_weeks, /* downloads in its first 26 weeks, that of its day included */
    max(downloads_180_days) as downloads_180_days, /* downloads in its first 180 days */
    min(number) filter (gained = most and number <= 26) as best_week, /* week with most new downloads, of equals the first */
    min(ceil(last_day - (so_far - downloads_180_days / 2) / gained * days)) filter (so_far >= downloads_180_days / 2 and so_far - gained < downloads_180_days / 2)::int as half_life_days, /* days until half of those of the first 180 days; a week's are spread evenly over its days */
from weeks
join horizons using (series_id)
where downloads_180_days > 0
group by series_id
order by series_id
