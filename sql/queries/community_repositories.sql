-- grain: period
-- Repositories whose contributors are known, by the month in which they appeared: how many, and how many of them have several contributors.
select
    periods.period,
    sum(counted.repositories)::bigint as repositories,
    coalesce(sum(counted.repositories) filter (counted.contributors > 1), 0)::bigint as shared,
    coalesce(sum(counted.repositories) filter (counted.contributors > 1), 0) / sum(counted.repositories) as share,
    min(periods.last_day) < max(counted.counted_on) and not bool_or(periods.is_open) as is_complete,
    bool_or(periods.is_filling) as is_filling,
    bool_or(periods.is_missing_late_submissions) as is_missing_late_submissions,
from marts.periods
join marts.repositories_by_contributors as counted on counted.dataset = periods.dataset and counted.appeared_in = periods.period
where periods.dataset = $dataset
    and periods.unit = 'month'
    and periods.last_day >= $start
    and periods.period <= $end
group by periods.period
order by periods.period
