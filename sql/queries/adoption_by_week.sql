-- grain: member, period
-- Downloads and likes of the named owners, or of the families of the named bases, per week or month (there are no days of single ones): the last figures of each period, and the new downloads in it; weeks count to the month of their Monday.
with selected as (
    select member, appeared_on, place
    from marts.adoption_members
    where dimension = $by and list_contains($members, member)
),
named as (
    select owner as member, week, models, downloads_30d, downloads_all_time, likes, gained, is_spread
    from marts.adoption_by_owner_and_week
    where $by = 'owner' and list_contains($members, owner)
    union all
    select family, week, models, downloads_30d, downloads_all_time, likes, gained, is_spread
    from marts.adoption_by_family_and_week
    where $by = 'family' and list_contains($members, family)
),
weekly as (
    select
        member,
        week,
        sum(models)::int as models,
        sum(downloads_30d) as downloads_30d,
        sum(downloads_all_time) as downloads_all_time,
        sum(likes) as likes,
        sum(gained) as gained,
        bool_or(is_spread) as is_spread,
    from named
    group by all
),
figures as (
    select
        member,
        date_trunc(if($unit = 'day', 'week', $unit), week)::date as period,
        arg_max(models, week) as models,
        arg_max(downloads_30d, week)::bigint as downloads_30d,
        arg_max(downloads_all_time, week)::bigint as downloads_all_time,
        arg_max(likes, week)::bigint as likes,
        sum(gained)::double as gained,
        bool_or(is_spread) as is_spread,
    from weekly
    group by all
)
select
    figures.*,
    periods.is_complete,
    periods.marks,
    periods.last_day - selected.appeared_on as age,
from figures
join selected using (member)
join adoption_periods(if($unit = 'day', 'week', $unit), $start, $end) as periods using (period)
order by selected.place, figures.member, figures.period
