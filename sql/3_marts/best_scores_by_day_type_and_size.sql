-- grain: dataset, benchmark, appeared_on, type, size
-- stored
-- The best model of each day, type and size on each benchmark; ties go to the first name.
select
    dataset, /* v1 or v2 */
    benchmark, /* average, or a key of core.benchmarks */
    appeared_on, /* day, UTC; NULL is undated */
    type, /* declared type */
    size, /* size class, billions of parameters */
    max(score) as score, /* best score, 0..100 */
    min(model_id) filter (is_best) as model_id, /* the model that has it */
    count(*) as models, /* models with a score */
from (
    select *, score = max(score) over (partition by dataset, benchmark, appeared_on, type, size) as is_best
    from marts.scores
)
group by all
order by all
