-- grain: joined_in, months_since
-- Owners by the month of their first model and the months since: how many there were, and how many published again, in that month or, on
-- request, in that month or a later one. Only months that are over.
with months as (
    from whole_months($dataset)
),
cohorts as (
    select joined_in, sum(owners)::bigint as owners
    from marts.owners_by_month
    join months on months.period = owners_by_month.joined_in
    where dataset = $dataset
        and month = joined_in
        and last_day(joined_in) >= $start
        and joined_in <= $end
    group by joined_in
),
seen as (
    select joined_in, month, owners, last_seen
    from marts.owners_by_month
    where dataset = $dataset
),
cells as (
    select
        cohorts.joined_in,
        cohorts.owners,
        months.period,
        datediff('month', cohorts.joined_in, months.period)::int as months_since,
    from cohorts
    join months on months.period > cohorts.joined_in
    where datediff('month', cohorts.joined_in, months.period) <= 24
),
counted as (
    select
        cells.joined_in,
        cells.months_since,
        cells.owners,
        coalesce(sum(case when $again = 'later' then seen.last_seen when seen.month = cells.period then seen.owners end), 0)::bigint as returned,
    from cells
    left join seen on seen.joined_in = cells.joined_in and seen.month >= cells.period
    group by cells.joined_in, cells.months_since, cells.owners
)
select
    joined_in,
    months_since,
    owners,
    returned,
    returned / owners as share,
from counted
order by joined_in, months_since
