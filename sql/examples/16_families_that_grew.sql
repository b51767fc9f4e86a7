-- Which families grew most in a year
-- grain: family
-- A family is a base and all that descends from it; a model of several bases counts in the family of each. Downloads of 30 days in the last week of the history of adoption and in the week a year before, or its first week where it is shorter.
with weeks as (
    select distinct week
    from marts.adoption_by_family_and_week
    where downloads_30d is not null
),
compared as (
    select max(week) as week, (select min(week) from weeks where week >= (select max(week) - 364 from weeks)) as week_before
    from weeks
),
figures as (
    select
        families.family,
        coalesce(sum(families.downloads_30d) filter (families.week = compared.week), 0)::bigint as downloads_30d,
        coalesce(sum(families.downloads_30d) filter (families.week = compared.week_before), 0)::bigint as downloads_before,
        sum(families.downloads_30d) filter (families.week = compared.week and families.relation != 'base')::bigint as of_derivatives,
        any_value(compared.week_before) as week_before,
        any_value(compared.week) as week,
    from marts.adoption_by_family_and_week as families
    cross join compared
    where families.week in (compared.week, compared.week_before)
    group by families.family
)
select
    family,
    downloads_30d,
    downloads_before,
    downloads_30d - downloads_before as change,
    round(coalesce(of_derivatives, 0) / nullif(downloads_30d, 0), 3) as share_of_derivatives,
    week_before,
    week,
from figures
order by change desc, downloads_30d desc, family
limit 50
