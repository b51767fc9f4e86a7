-- grain: period, standing
-- New and returning contributors by month, as summaries of commits tell them. A month is complete if 95 of 100 repositories were counted after it.
with counted_until as (
    select min(counted_on) as counted_until
    from (
        select
            counted_on,
            sum(repositories) over (order by counted_on) / sum(repositories) over () as share,
        from (
            select counted_on, sum(repositories) as repositories
            from marts.repositories_by_contributors
            where dataset = $dataset
            group by counted_on
        )
    )
    where share > 0.05
),
months as (
    select
        periods.period,
        coalesce(periods.last_day < counted_until.counted_until, false) and not periods.is_open as is_complete,
        periods.is_filling,
        periods.is_missing_late_submissions,
    from marts.periods
    cross join counted_until
    where periods.dataset = $dataset
        and periods.unit = 'month'
        and periods.last_day >= $start
        and periods.period <= $end
        and periods.period <= counted_until.counted_until
),
counted as (
    unpivot (
        select month as period, joined_then, joined_by_then, returned
        from marts.contributors_by_month
        where dataset = $dataset
    )
    on joined_then, joined_by_then, returned
    into name part value contributors
),
standings as (
    select
        unnest(['joined_then', 'joined_by_then', 'returned']) as part,
        unnest(['new', 'new by then at the latest', 'returning, at least']) as standing,
        unnest([1, 2, 3]) as position,
)
select
    months.period,
    standings.standing,
    coalesce(counted.contributors, 0) as contributors,
    months.is_complete,
    months.is_filling,
    months.is_missing_late_submissions,
from months
cross join standings
left join counted using (period, part)
order by months.period, standings.position
