-- The share of releases that keep a tenth of their peak, week by week
-- grain: week
-- Kaplan and Meier's estimate over all releases with at least 100 downloads in 30 days when they were first read: of those
-- at risk in a week (followed in it, and not fallen before), the share that did not fall, multiplied week by week.
with weeks as (
    select unnest(generate_series(1, (select max(duration) from marts.lifetimes)))::int as week
),
counted as (
    select
        weeks.week,
        count(*) as at_risk,
        count(*) filter (lifetimes.event = 'fell' and lifetimes.duration = weeks.week) as fell,
        count(*) filter (lifetimes.event = 'removed' and lifetimes.duration = weeks.week) as removed,
    from weeks
    join marts.lifetimes as lifetimes on weeks.week > lifetimes.entry and weeks.week <= lifetimes.duration
    where lifetimes.dataset = 'hub' and lifetimes.is_at_risk
    group by weeks.week
    having count(*) >= 10
)
select
    week,
    at_risk,
    fell,
    removed,
    product(1 - fell / at_risk) over (order by week) as still_in_use,
from counted
order by week
