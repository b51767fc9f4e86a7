-- grain: day, part
-- What the most downloaded one, ten and hundred have of all downloads of a dataset, or each region, by month; with how
-- unevenly all of them are spread.
with figures as (
    from marts.concentration
    where dataset = $dataset and level = $level and is_without_largest = $without_largest
),
parts as (
    select day, 1 as part_order, 'most downloaded' as part, top_1 as share from figures where level != 'region'
    union all
    select day, 2, 'ten most', top_10 from figures where level != 'region'
    union all
    select day, 3, 'hundred most', top_100 from figures where level != 'region'
    union all
    select day, 4, member, share
    from marts.concentration_members
    where dataset = $dataset and level = $level and is_without_largest = $without_largest and $level = 'region'
)
select
    date_trunc('month', parts.day)::date as period,
    parts.day,
    parts.part,
    parts.share,
    figures.gini,
    figures.hhi,
    figures.members,
    figures.downloads,
    true as is_complete,
    false as is_filling,
from parts
left join figures using (day)
order by parts.day, parts.part_order, parts.share desc, parts.part
