-- grain: dataset, benchmark, appeared_on, type, size
-- stored
-- The best model of each day, type and size on each benchmark, and the best of nominally at most 8 B; ties go to the first name.
with measured as (
    select *, coalesce(nominal_b <= 8, false) as is_small
    from marts.scores
),
best as (
    select dataset, benchmark, appeared_on, type, size, max(score) as score, max(score) filter (is_small) as small_score, count(*) as models
    from measured
    group by all
)
select
    best.dataset,
    best.benchmark,
    best.appeared_on,
    best.type,
    best.size,
    best.score, /* best score, 0..100 */
    min(measured.model_id) filter (measured.score = best.score) as model_id, /* the model that has it */
    best.small_score, /* best score of a model of nominally at most 8 B */
    min(measured.model_id) filter (measured.is_small and measured.score = best.small_score) as small_model_id, /* the model that has it */
    arg_min(measured.parameters_b, measured.model_id) filter (measured.is_small and measured.score = best.small_score) as small_parameters_b, /* its parameters, billions */
    best.models, /* models with a score */
from best
join measured
    on measured.dataset = best.dataset
    and measured.benchmark = best.benchmark
    and measured.appeared_on is not distinct from best.appeared_on
    and measured.type = best.type
    and measured.size = best.size
where measured.score = best.score or (measured.is_small and measured.score = best.small_score)
group by all
order by all
