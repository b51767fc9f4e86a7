-- grain: dataset, benchmark, model_id
-- stored
-- The score of each model on each benchmark of its leaderboard, and their mean as the benchmark 'average'.
with measured as (
    select leaderboard as dataset, model_id, 'average' as benchmark, score from core.evaluations where score is not null
    union all
    select leaderboard as dataset, model_id, benchmark, score from core.scores
)
select
    dataset, /* v1 or v2 */
    benchmark, /* average, or a key of core.benchmarks */
    model_id, /* repository */
    measured.score, /* 0..100 */
    models.owner, /* owner of the repository */
    models.appeared_on, /* day it appeared, UTC; NULL is undated */
    models.appeared_rule, /* which date that is, or why there is none */
    models.type, /* declared type */
    models.architecture, /* group of architectures */
    models.parameters_b, /* parameters, billions */
    models.size, /* size class, billions of parameters */
    models.submitted_on, /* day of the evaluation's submission */
    models.is_merge, /* a merge, or one among its ancestors */
    models.is_official, /* submitted by an official provider (v2) */
from measured
join marts.models using (dataset, model_id)
order by dataset, benchmark, model_id
