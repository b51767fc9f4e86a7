-- grain: period, model_id
-- Scored models of the range and the spread of each period, one row per model that is drawn.
-- Of the models of the chosen types, where they are too many, an even sample over their order in time is drawn; median, quartiles
-- (NULL below ten models) and counts by period are always over all models. A period without a drawn model has one row without a model.
with axis as (
    from period_axis($dataset, $unit, $start, $end)
),
score_index as (
    from index_of_score($dataset, $benchmark)
),
filtered as materialized (
    select model_key, scores[(from score_index)] as score, appeared_on, sample_bucket, is_chosen($types, type) as is_of_chosen_type
    from marts.evaluated_models
    where dataset = $dataset
        and scores[(from score_index)] is not null
        and appeared_on between $start and $end
        and is_of_size($sizes, $at_most_b, size, nominal_b)
),
spread as (
    select date_trunc($unit, appeared_on)::date as period, count(*) as scored, quantile_cont(score, [0.25, 0.5, 0.75]) as quartiles
    from filtered
    group by period
),
total as (
    select count(*) as models from filtered where is_of_chosen_type
),
-- A first, coarse cut by sample_bucket keeps the sort below small, however many models there are.
thinned as (
    select model_key, score, appeared_on
    from filtered
    where is_of_chosen_type
        and sample_bucket < (select if(models < 8 * $most, 65536, 65536.0 * 4 * $most / models) from total)
),
placed as (
    select
        models.model_id,
        models.type,
        thinned.score,
        thinned.appeared_on,
        row_number() over (order by thinned.appeared_on, models.model_id) as position,
        count(*) over () as positions,
    from thinned
    join marts.evaluated_models as models on models.dataset = $dataset and models.model_key = thinned.model_key
),
drawn_models as (
    select date_trunc($unit, appeared_on)::date as period, model_id, type, score, appeared_on
    from placed
    where positions <= $most or position * $most // positions != (position - 1) * $most // positions
)
select
    axis.period,
    axis.last_day,
    drawn_models.model_id,
    drawn_models.type,
    drawn_models.score,
    drawn_models.appeared_on,
    spread.scored,
    if(spread.scored >= 10, spread.quartiles[1], null) as lower_quartile,
    if(spread.scored >= 10, spread.quartiles[2], null) as median,
    if(spread.scored >= 10, spread.quartiles[3], null) as upper_quartile,
    not axis.is_incomplete as is_complete,
    axis.is_filling,
    axis.is_missing_late_submissions,
    total.models,
from axis
join spread using (period)
left join drawn_models using (period)
cross join total
order by axis.period, drawn_models.appeared_on, drawn_models.model_id
