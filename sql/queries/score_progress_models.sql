-- Every scored model of the range: one row per model, with its period's median and quartiles (NULL below ten models).
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
)
select
    axis.period,
    axis.last_day,
    kept.model_id,
    kept.type,
    kept.score,
    kept.appeared_on,
    spread.scored,
    if(spread.scored >= 10, spread.quartiles[1], null) as lower_quartile,
    if(spread.scored >= 10, spread.quartiles[2], null) as median,
    if(spread.scored >= 10, spread.quartiles[3], null) as upper_quartile,
    not axis.is_incomplete as is_complete,
    axis.is_filling,
from axis
join kept using (period)
join spread using (period)
order by kept.appeared_on, kept.model_id
