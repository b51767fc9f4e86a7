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
        sums.downloads_all_time,
        sums.likes,
        sums.gained / greatest(sums.day - days.since, 1) as gained_a_day,
    from marts.adoption_by_day as sums
    join core.adoption_days as days using (day)
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
    select
        member,
        date_trunc($unit, gained_on)::date as period,
        sum(gained_a_day)::double as gained,
        bool_or(is_spread) as is_spread,
    from (
        select
            member,
            gained_a_day,
            day - since > 1 as is_spread,
            unnest(generate_series(since + 1, day, interval 1 day))::date as gained_on,
        from days
        where gained_a_day is not null and since is not null
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
