-- grain: dataset, benchmark, model_key
-- The score of each model on each benchmark of its leaderboard, and their mean as the benchmark 'average'.
with places as (
    select leaderboard, benchmark, rank + 1 as place from core.benchmarks
    union all
    select distinct leaderboard, 'average', 1 from core.benchmarks
)
select
    models.dataset, /* v1, v2 or the id of an official benchmark */
    places.benchmark, /* average, or a key of core.benchmarks */
    models.model_key, /* stands for model_id in this generation */
    models.model_id, /* repository */
    models.scores[places.place] as score, /* 0..100 */
    named.owner, /* owner of the repository */
    models.appeared_on, /* day it appeared, UTC; NULL is undated */
    models.appeared_rule, /* which date that is, or why there is none */
    models.type, /* declared type */
    models.architecture, /* group of architectures */
    models.parameters_b, /* parameters, billions */
    models.nominal_b, /* size as people call it, billions */
    models.size, /* size class, billions of parameters */
    models.submitted_on, /* day of the evaluation's submission */
    models.is_merge, /* a merge, or one among its ancestors */
    models.is_official, /* submitted by an official provider (v2) */
from marts.evaluated_models as models
join places on places.leaderboard = models.dataset
join core.models as named using (model_key)
where models.scores[places.place] is not null
