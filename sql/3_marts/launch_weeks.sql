-- grain: series_id, number
-- stored
-- New downloads of each release that was followed from its birth, week by week through its first 27 calendar weeks: all of them are there,
-- or the release is not. What was downloaded before its weekly series begins, a few weeks after its day, is spread evenly over those days.
with half_years as (
    select
        series_id,
        (weeks.week - followed.birth_week) // 7 as age,
        7 - (followed.appeared_on - followed.birth_week) as days_of_first_week,
        weeks.downloads_all_time,
        weeks.gained,
    from staging.hub_adoption_weeks as weeks
    join core.followed_launches as followed using (series_id)
    where followed.is_from_birth and weeks.week between followed.birth_week and followed.birth_week + 182
        and (weeks.downloads_all_time is not null or weeks.gained is not null)
),
weeks as (
    select half_years.*, min(half_years.age) over (partition by half_years.series_id) as first_age from half_years
),
first_weeks as (
    select
        *,
        if(first_age > 0, gained, null) as gained_then, -- of the week itself, where its beginning was compared with a day before
        downloads_all_time - coalesce(gained_then, 0) as spread_downloads,
        if(gained_then is null, first_age, first_age - 1) as spread_to,
    from weeks
    where age = first_age and (first_age <= 1 or (first_age <= 4 and gained is not null))
),
spread as (
    select
        series_id,
        ages.age,
        if(spread_downloads is null, null, greatest(spread_downloads, 0)) * if(ages.age = 0, days_of_first_week, 7) / (days_of_first_week + 7.0 * spread_to) as gained,
    from first_weeks
    join (select unnest([0, 1, 2, 3]) as age) as ages on ages.age <= first_weeks.spread_to
    union all
    select series_id, age, gained_then from first_weeks where gained_then is not null
    union all
    select weeks.series_id, weeks.age, weeks.gained
    from weeks
    join first_weeks using (series_id)
    where weeks.age > weeks.first_age
),
complete as (
    select series_id from spread group by series_id having count(gained) = 27
)
select
    series_id, /* the release, in marts.lifetimes */
    (spread.age + 1)::int as number, /* week since the release: 1 is the calendar week of its day, of one to seven days */
    spread.gained::double as gained, /* its new downloads */
    sum(spread.gained) over (partition by series_id order by spread.age rows between unbounded preceding and current row)::double as so_far, /* those of all weeks up to it */
from spread
semi join complete using (series_id)
order by series_id, number
