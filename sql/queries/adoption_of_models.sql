-- grain: member, period
-- Downloads and likes of the named models per day, week or month: the last figures of each period, and the new downloads in it. A gap's gain is spread evenly over its days (is_spread), and its days have no other figure. Days of the last 400 days only; weeks count to the month of their Monday.
with selected as (
    select followed.series_id, followed.model_id as member, members.appeared_on, members.place
    from marts.followed_models as followed
    join marts.adoption_members as members on members.dimension = 'model' and members.member = followed.model_id
    where list_contains($members, followed.model_id)
    qualify row_number() over (partition by followed.model_id order by followed.is_listed desc, followed.first_on desc, followed.series_id) = 1
),
weekly as (
    select
        selected.member,
        date_trunc($unit, weeks.week)::date as period,
        arg_max(weeks.downloads_30d, weeks.week) filter (weeks.is_listed) as downloads_30d,
        arg_max(weeks.downloads_all_time, weeks.week) filter (weeks.is_listed) as downloads_all_time,
        arg_max(weeks.likes, weeks.week) filter (weeks.is_listed) as likes,
        sum(weeks.gained)::double as gained,
        bool_or(weeks.is_spread) as is_spread,
    from core.weekly_adoption as weeks
    join selected using (series_id)
    where $unit != 'day'
    group by all
),
moves as (
    select adoption.* from core.adoption semi join selected using (series_id)
    where $unit = 'day'
),
followed as (
    select
        axis.member,
        axis.day,
        coalesce(axis.since, axis.day - 1) as since,
        axis.day - coalesce(axis.since, axis.day - 1) as span,
        moves.downloads_30d,
        moves.downloads_all_time,
        moves.likes,
        case when moves.downloads_all_time is null then null when moves.day = axis.day then moves.gained when axis.since is not null then 0 end as gained,
    from (
        select selected.series_id, selected.member, days.day, days.since, days.stretch
        from selected
        cross join core.adoption_days as days
        where $unit = 'day'
    ) as axis
    asof join moves on moves.series_id = axis.series_id and moves.stretch = axis.stretch and moves.day <= axis.day
    where moves.change != 'gone'
),
daily as (
    -- of a gap's gain, each of its days has its whole part
    select
        member,
        since + step::integer as period,
        if(step = span, downloads_30d, null) as downloads_30d,
        if(step = span, downloads_all_time, null) as downloads_all_time,
        if(step = span, likes, null) as likes,
        (gained * step // span - gained * (step - 1) // span)::double as gained,
        span > 1 as is_spread,
    from (select *, unnest(range(1, span + 1)) as step from followed)
)
select
    figures.member,
    figures.period,
    figures.downloads_30d,
    figures.downloads_all_time,
    figures.likes,
    figures.gained,
    figures.is_spread,
    periods.is_complete,
    periods.marks,
    periods.last_day - selected.appeared_on as age,
from (from weekly union all from daily) as figures
join selected using (member)
join adoption_periods($unit, $start, $end) as periods using (period)
order by selected.place, figures.member, figures.period
