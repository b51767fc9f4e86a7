-- grain: dataset
-- What can be looked at: one row per dataset that holds data, with its bounds and what it leaves out.
select
    dataset,
    label,
    short_label,
    as_of,
    is_closed,
    closed_on,
    first_on,
    last_on,
    default_start,
    default_end,
    default_unit,
    lag_days,
    settled_on,
    awaits_late_submissions,
    models,
    dated,
    undated,
    flagged,
    folded,
    last_submitted_on,
    snapshot_id,
    is_simulated,
    kind,
from marts.datasets
order by case dataset when 'v2' then 1 when 'v1' then 2 when 'hub' then 3 else 4 end, label
