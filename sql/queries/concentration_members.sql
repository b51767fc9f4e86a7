-- grain: day, member
-- The ten most downloaded models, owners or families of a dataset, or its regions, with their share of all downloads: on the day of the latest
-- listing, and of the same ones on the last day of the months before.
with chosen as (
    from marts.concentration_members
    where dataset = $dataset and level = $level and is_without_largest = $without_largest
),
latest as (
    from chosen
    where basis = 'listing' and (level = 'region' or (place <= 10 and downloads > 0))
),
by_day as (
    from latest
    union all
    from chosen
    where basis = 'weeks' and day < (select max(day) from latest)
)
select
    by_day.day,
    by_day.member,
    by_day.place,
    latest.place as last_place,
    by_day.models,
    by_day.downloads,
    by_day.share,
from by_day
join latest using (member)
order by last_place, by_day.member, by_day.day
