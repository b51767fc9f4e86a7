-- grain: day, member
-- The ten most downloaded models, owners or families of a dataset, or its regions, with their share of all downloads: as on the last day, and
-- what these had on the days before.
with chosen as (
    from marts.concentration_members
    where dataset = $dataset and level = $level and is_without_largest = $without_largest
),
last as (
    select member, place as last_place
    from chosen
    qualify day = max(day) over () and (place <= 10 or $level = 'region')
)
select
    chosen.day,
    chosen.member,
    chosen.place,
    last.last_place,
    chosen.models,
    chosen.downloads,
    chosen.share,
from chosen
join last using (member)
order by last.last_place, chosen.member, chosen.day
