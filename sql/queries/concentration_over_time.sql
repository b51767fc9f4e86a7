-- grain: day, part
-- What the most downloaded one, ten and hundred have of all downloads of a dataset, or each region, on the last day of each month; with how
-- unevenly all of them are spread. Months before the stretch of days that compare with the last one are left out (months_left_out). Compared are the models of the weekly series; before the first complete week all of the latest listing.
with all_days as (
    select compared.basis, compared.day, quality.stretch
    from marts.concentration as compared
    left join core.adoption_days as quality on quality.day = compared.day and compared.basis = 'weeks'
    where compared.dataset = $dataset and compared.level = 'model' and compared.is_without_largest = $without_largest
    qualify compared.basis = max(compared.basis) over ()
),
days as (
    select basis, day
    from all_days
    qualify stretch is not distinct from last_value(stretch) over (order by day rows between unbounded preceding and unbounded following)
),
latest as (
    select max(day) as day
    from marts.concentration
    where dataset = $dataset and basis = 'listing'
),
figures as (
    from marts.concentration
    semi join days using (basis, day)
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
    semi join days using (basis, day)
    where dataset = $dataset and level = $level and is_without_largest = $without_largest and level = 'region'
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
    (select max(basis) from days) as basis,
    (select max(basis) from days) = 'listing' or parts.day < date_trunc('month', (select day from latest)) as is_complete,
    false as is_filling,
    ((select count(*) from all_days) - (select count(*) from days))::int as months_left_out,
from parts
left join figures using (day)
order by parts.day, parts.part_order, parts.share desc, parts.part
