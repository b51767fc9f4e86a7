-- grain: period
-- Models and new owners of every whole month for which dates are recorded, from the first with a model to the last that is over; months without
-- any are zero. What is forecast from: neither the chosen dates nor any filter changes it.
with months as (
    from whole_months($dataset)
),
counted as (
    select
        month as period,
        sum(models)::bigint as models,
        coalesce(sum(owners) filter (joined_in = month), 0)::bigint as owners,
    from marts.owners_by_month
    where dataset = $dataset
    group by month
)
select
    months.period,
    coalesce(counted.models, 0) as models,
    coalesce(counted.owners, 0) as owners,
from months
left join counted using (period)
order by months.period
