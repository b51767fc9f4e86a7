-- grain: period, kind
-- Changes per period and kind; a kind without any in the dates has no rows, and empty periods are zero.
with axis as (
    from period_axis($dataset, $unit, $start, $end)
),
counted as (
    select date_trunc($unit, day)::date as period, kind, count(*) as changes
    from matching_changes($dataset, $start, $end, $kinds, $with_new, $owners, $families, $licences, $text)
    group by all
),
kinds as (
    select kind, sum(changes) as kind_changes from counted group by kind
)
select
    axis.period,
    kinds.kind,
    coalesce(counted.changes, 0) as changes,
    not axis.is_incomplete as is_complete,
    false as is_filling,
from axis
cross join kinds
left join counted using (period, kind)
order by axis.period, kinds.kind_changes desc, kinds.kind
