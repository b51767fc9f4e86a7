-- grain: series_id, age
-- stored
-- Relative adoption of the models that are followed day by day: downloads of all time at an age, over the median of the ten most downloaded models of the size class at the same age (atomproject.ai/relative-adoption-metric).
-- A figure between two weeks is on the straight line between them, and before the first on that from zero on the day of appearing; where they are more than fourteen days apart, it is not known.
with week_ends as (
    select date_trunc('week', day)::date as week, max(day) as last_on from core.adoption_days group by all
),
dated as (
    select
        adopted.series_id,
        adopted.model_id,
        sizes.size_class,
        models.appeared_at::date as appeared_on,
        latest.downloads_all_time as latest_downloads,
    from core.adopted
    join core.models using (model_id)
    join core.latest_adoption as latest on latest.series_id = adopted.series_id
    join seeds.adoption_sizes as sizes
        on models.nominal_b >= coalesce(sizes.at_least_b::double, 0) and models.nominal_b < coalesce(sizes.below_b::double, 1e9)
    where adopted.is_daily and models.appeared_at is not null and latest.downloads_all_time is not null
),
figures as (
    select weeks.series_id, week_ends.last_on - dated.appeared_on as age, weeks.downloads_all_time
    from core.weekly_adoption as weeks
    join dated using (series_id)
    join week_ends using (week)
    where weeks.is_listed
        and weeks.downloads_all_time is not null
        and week_ends.last_on - dated.appeared_on between 1 and 379
    union all
    select series_id, 0, 0 from dated
),
ages as (
    select unnest([7, 14, 30, 60, 90, 180, 365]) as age
),
points as (
    select dated.series_id, ages.age
    from dated
    cross join ages
),
bracketed as (
    select
        points.series_id,
        points.age,
        earlier.age as earlier_age,
        earlier.downloads_all_time as earlier_downloads,
        later.age as later_age,
        later.downloads_all_time as later_downloads,
    from points
    asof join figures as earlier on earlier.series_id = points.series_id and earlier.age <= points.age
    asof join figures as later on later.series_id = points.series_id and later.age >= points.age
),
aged as (
    select
        dated.*,
        bracketed.age,
        earlier_downloads + if(later_age = earlier_age, 0, (later_downloads - earlier_downloads) * (bracketed.age - earlier_age) / (later_age - earlier_age)) as downloads,
    from bracketed
    join dated using (series_id)
    where later_age - earlier_age <= 14
),
ranked as (
    select *, row_number() over (partition by size_class, age order by latest_downloads desc, model_id, series_id) as place from aged
),
medians as (
    select size_class, age, median(downloads) as median_downloads, count(*)::int as compared
    from ranked
    where place <= 10
    group by size_class, age
)
select
    ranked.series_id, /* repository, in core.adopted */
    ranked.age::int as age, /* days since it appeared: 7, 14, 30, 60, 90, 180 or 365 */
    ranked.model_id, /* its name now */
    ranked.size_class, /* billions of parameters: lower bound in, upper bound out */
    ranked.appeared_on, /* day on which it appeared, UTC */
    ranked.downloads, /* downloads of all time at that age */
    medians.median_downloads, /* median of the ten most downloaded models of the size class at that age, of those whose downloads at it are known */
    medians.compared, /* how many these are, at most ten */
    if(medians.median_downloads > 0 and medians.compared >= 3, ranked.downloads / medians.median_downloads, null) as relative_adoption, /* 1 is on track for the ten most downloaded of the class; NULL with fewer than three to compare with */
    ranked.latest_downloads, /* its downloads of all time, as last listed */
from ranked
join medians using (size_class, age)
order by ranked.series_id, ranked.age
