-- grain: period, standing
-- Owners that published in each month, new and returning; months without any are zero. New is who had no model in the dataset before; who had one
-- before dates were recorded is returning. Months are whole: one that the chosen dates cut is shown with all of its days.
with months as (
    select
        periods.period,
        not periods.is_open and periods.period >= (select opened_on from core.datasets where dataset = 'hub') as is_complete,
        periods.is_filling,
        periods.is_missing_late_submissions,
    from marts.periods
    where periods.dataset = $dataset
        and periods.unit = 'month'
        and periods.last_day >= $start
        and periods.period <= $end
),
counted as (
    select
        month as period,
        if(joined_in = month, 'new', 'returning') as standing,
        sum(owners)::bigint as owners,
    from marts.owners_by_month
    where dataset = $dataset
    group by all
),
standings as (
    select unnest(['new', 'returning']) as standing, unnest([1, 2]) as position
)
select
    months.period,
    standings.standing,
    coalesce(counted.owners, 0) as owners,
    months.is_complete,
    months.is_filling,
    months.is_missing_late_submissions,
from months
cross join standings
left join counted using (period, standing)
order by months.period, standings.position
