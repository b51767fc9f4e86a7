-- grain: family, relation
-- The fifteen families with most downloads in 30 days at the end of the dates, or those whose downloads grew most in the 52 weeks before (or since the listings that compare began, if that is later), by relation; of a model that declares no base on the Hub, a leaderboard or a reviewed list names it. A model that descends from several bases counts in the family of each.
with stretches as (
    select date_trunc('week', day)::date as week, max_by(stretch, day) as stretch
    from core.adoption_days
    group by all
),
weeks as (
    select distinct sums.week, stretches.stretch
    from marts.adoption_by_family_and_week as sums
    left join stretches using (week)
    where sums.downloads_30d is not null
),
compared as (
    select last_week.week, min(weeks.week) as week_before
    from (select week, stretch from weeks qualify row_number() over (order by week <= $end desc, week desc) = 1) as last_week
    left join weeks on weeks.stretch = last_week.stretch and weeks.week >= last_week.week - 364 and weeks.week < last_week.week
    group by last_week.week
),
figures as (
    select
        families.family,
        if(families.relation = 'none declared', 'base elsewhere', families.relation) as relation,
        coalesce(sum(families.models) filter (families.week = compared.week), 0)::int as models,
        coalesce(sum(families.downloads_30d) filter (families.week = compared.week), 0)::bigint as downloads_30d,
        coalesce(sum(families.downloads_30d) filter (families.week = compared.week_before), 0)::bigint as before,
    from marts.adoption_by_family_and_week as families
    cross join compared
    where families.week in (compared.week, compared.week_before)
    group by all
),
summed as (
    select
        family,
        sum(downloads_30d)::bigint as family_downloads,
        sum(before)::bigint as family_before,
        row_number() over (order by if($families = 'growth', sum(downloads_30d) - sum(before), sum(downloads_30d)) desc, sum(downloads_30d) desc, family)::int as place,
    from figures
    group by family
)
select
    summed.place,
    figures.family,
    figures.relation,
    figures.models,
    figures.downloads_30d,
    if(summed.family_downloads > 0, figures.downloads_30d / summed.family_downloads, null) as share,
    summed.family_downloads,
    if(compared.week_before is null, null, summed.family_before) as family_before,
    if(compared.week_before is null, null, summed.family_downloads - summed.family_before) as change,
    if(summed.family_before > 0, summed.family_downloads / summed.family_before - 1, null) as growth,
    compared.week,
    compared.week_before,
from figures
join summed using (family)
cross join compared
where summed.place <= 15 and (figures.downloads_30d > 0 or figures.relation = 'base')
order by summed.place, figures.relation
