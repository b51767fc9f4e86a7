-- Scored models of the range and the spread of each period, one row per model that is drawn.
-- Of more than $most models an even sample over their order in time is drawn; median, quartiles (NULL below ten models)
-- and counts are always over all. A period without a drawn model has one row without a model.
with axis as (
    select period, last_day, is_open or period < $start or last_day > $end as is_incomplete, is_filling
    from marts.periods
    where dataset = $dataset and unit = $unit and last_day >= $start and period <= $end
),
kept as (
    select model_id, type, score, appeared_on, date_trunc($unit, appeared_on)::date as period
    from marts.scores
    where dataset = $dataset
        and benchmark = $benchmark
        and appeared_on between $start and $end
        and (len($sizes) = 0 or list_contains($sizes, size))
        and (len($types) = 0 or list_contains($types, type))
),
spread as (
    select period, count(*) as scored, quantile_cont(score, [0.25, 0.5, 0.75]) as quartiles
    from kept
    group by period
),
total as (
    select coalesce(sum(scored), 0)::bigint as models from spread
),
-- A first, coarse cut by a hash keeps the sort below small, however many models there are.
thinned as (
    select kept.*
    from kept
    cross join total
    where hash(model_id) % greatest(total.models // (4 * $most), 1) = 0
),
placed as (
    select *, row_number() over (order by appeared_on, model_id) as place, count(*) over () as places
    from thinned
),
drawn as (
    select period, model_id, type, score, appeared_on
    from placed
    where places <= $most or place * $most // places != (place - 1) * $most // places
)
select
    axis.period,
    axis.last_day,
    drawn.model_id,
    drawn.type,
    drawn.score,
    drawn.appeared_on,
    spread.scored,
    if(spread.scored >= 10, spread.quartiles[1], null) as lower_quartile,
    if(spread.scored >= 10, spread.quartiles[2], null) as median,
    if(spread.scored >= 10, spread.quartiles[3], null) as upper_quartile,
    not axis.is_incomplete as is_complete,
    axis.is_filling,
    total.models,
from axis
join spread using (period)
left join drawn using (period)
cross join total
order by axis.period, drawn.appeared_on, drawn.model_id
