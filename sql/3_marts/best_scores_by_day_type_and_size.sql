-- grain: dataset, benchmark, appeared_on, type, size, nominal_b
-- stored
-- The best model of each day, type and size on each benchmark; ties go to the first name.
with best as (
    select dataset, benchmark, appeared_on, type, size, nominal_b, max(score) as score, count(*) as models
    from marts.scores
    group by all
)
select
    best.dataset,
    best.benchmark,
    best.appeared_on,
    best.type,
    best.size,
    best.nominal_b, /* size as people call it, billions; NULL is unknown */
    best.score, /* best score, 0..100 */
    min(measured.model_id) as model_id, /* the model that has it */
    arg_min(measured.parameters_b, measured.model_id) as parameters_b, /* its parameters, billions */
    best.models, /* models with a score */
from best
join marts.scores as measured
    on measured.dataset = best.dataset
    and measured.benchmark = best.benchmark
    and measured.appeared_on is not distinct from best.appeared_on
    and measured.type = best.type
    and measured.size = best.size
    and measured.nominal_b is not distinct from best.nominal_b
    and measured.score = best.score
group by all
order by all
