-- grain: benchmark, model_id
-- The best of every benchmark of a leaderboard until the last of the chosen dates, undated models too where that is the end of the data, each with its rank on the mean and
-- the specialist gap: how many standard deviations it is above the average model on the benchmark, less how many it is on the mean.
-- Equal scores share a place. A pending result is none.
with models as (
    select model_key, model_id, type, appeared_on, parameters_b, scores, scores[1] as average
    from marts.evaluated_models
    where dataset = $dataset
        and (appeared_on <= $end or (appeared_on is null and $end >= (select default_end from marts.datasets where dataset = $dataset)))
        and type != 'pending'
        and scores[1] is not null
        and is_of_size($sizes, $at_most_b, size, nominal_b)
),
ranked as (
    select
        *,
        rank() over (order by average desc) as average_rank,
        (average - avg(average) over ()) / nullif(stddev_samp(average) over (), 0) as average_z,
    from models
),
measured as (
    select
        benchmarks.benchmark,
        benchmarks.label,
        benchmarks.rank as benchmark_rank,
        ranked.* exclude (scores),
        ranked.scores[benchmarks.rank + 1] as score,
    from ranked
    join core.benchmarks on benchmarks.leaderboard = $dataset
    where ranked.scores[benchmarks.rank + 1] is not null
),
placed as (
    select
        *,
        rank() over (partition by benchmark order by score desc) as place,
        (score - avg(score) over (partition by benchmark)) / nullif(stddev_samp(score) over (partition by benchmark), 0) as z,
        count(*) over (partition by benchmark) as models,
    from measured
)
select
    benchmark,
    label,
    place,
    model_id,
    score,
    average,
    average_rank,
    z - average_z as specialist_gap,
    type,
    parameters_b,
    appeared_on,
    models,
from placed
where place <= $most
order by benchmark_rank, place, model_id
