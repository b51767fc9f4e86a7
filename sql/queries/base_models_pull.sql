-- grain: base_model_id
-- How many derivatives a base pulled in the first 180 days after its release, in 30 days each: where fewer days had passed by the end of the
-- chosen dates, or by the last day whose models have all been submitted, over these.
with bounds as (
    select least($end::date, as_of::date, settled_on) as last_day from marts.datasets where dataset = $dataset
),
descended as (
    select derivatives.*, least(180, date_diff('day', derivatives.released_on, bounds.last_day) + 1) as days
    from nearest_derivatives($dataset, $benchmark, $bases, $merges, $resized, $sizes, $at_most_b) as derivatives
    cross join bounds
),
counted as (
    select
        base_model_id,
        label,
        rank,
        released_on,
        days,
        count(*) filter (date_diff('day', released_on, appeared_on) between 0 and days - 1) as derivatives,
    from descended
    where days > 0
    group by all
)
select
    base_model_id,
    label,
    released_on,
    derivatives,
    days,
    days = 180 as is_complete,
    derivatives / days * 30 as derivatives_per_30_days,
from counted
order by rank
