-- grain: member, period
-- Downloads and likes of architectures, regions, licence classes, relations, tasks or libraries per day, week or month: the last figures of each period, and the new downloads in it. A gap's gain is spread evenly over its days (is_spread), and its days have no other figure.
with selected as (
    select member, appeared_on, place
    from marts.adoption_members
    where dimension = $by and list_contains($members, member)
),
days as (
    select
        sums.member,
        sums.day,
        days.since,
        sums.models,
        sums.downloads_30d,
        if(days.downloads_all_time > 0, sums.downloads_all_time, null) as downloads_all_time,
        sums.likes,
        if(days.downloads_all_time > 0 and before.downloads_all_time > 0, sums.gained, null) as gained,
    from marts.adoption_by_day as sums
    join core.adoption_days as days using (day)
    left join core.adoption_days as before on before.day = days.since
    where sums.dimension = $by and list_contains($members, sums.member)
),
levels as (
    select
        member,
        date_trunc($unit, day)::date as period,
        arg_max(models, day)::int as models,
        arg_max(downloads_30d, day) as downloads_30d,
        arg_max(downloads_all_time, day) as downloads_all_time,
        arg_max(likes, day) as likes,
    from days
    group by all
),
gains as (
    -- of a gap's gain, each of its days has its whole part
    select
        member,
        date_trunc($unit, since + step::integer)::date as period,
        sum(gained * step // span - gained * (step - 1) // span)::double as gained,
        bool_or(span > 1) as is_spread,
    from (
        select member, gained, since, day - since as span, unnest(range(1, day - since + 1)) as step
        from days
        where gained is not null
    )
    group by all
),
figures as (
    select
        coalesce(levels.member, gains.member) as member,
        coalesce(levels.period, gains.period) as period,
        levels.models,
        levels.downloads_30d,
        levels.downloads_all_time,
        levels.likes,
        gains.gained,
        coalesce(gains.is_spread, false) as is_spread,
    from levels
    full join gains on gains.member = levels.member and gains.period = levels.period
)
select
    figures.member,
    figures.period,
    figures.models,
    figures.downloads_30d,
    figures.downloads_all_time,
    figures.likes,
    figures.gained,
    figures.is_spread,
    periods.is_complete,
    periods.marks,
    periods.last_day - selected.appeared_on as age,
from figures
join selected using (member)
join adoption_periods($unit, $start, $end) as periods using (period)
order by selected.place, figures.member, figures.period
