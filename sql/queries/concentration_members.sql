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
shown as (
    from latest
    union all
    from chosen
    where basis = 'weeks' and day < (select max(day) from latest)
)
select
    shown.day,
    shown.member,
    shown.place,
    latest.place as last_place,
    shown.models,
    shown.downloads,
    shown.share,
from shown
join latest using (member)
order by last_place, shown.member, shown.day
