-- grain: dataset, benchmark, model_key
-- The score of each model on each benchmark of its leaderboard, and their mean as the benchmark 'average'.
with score_indexes as (
    select leaderboard, benchmark, rank + 1 as score_index from core.benchmarks
    union all
    select distinct leaderboard, 'average', 1 from core.benchmarks
)
select
    models.dataset,
    score_indexes.benchmark, /* average, or a key of core.benchmarks */
    models.model_key,
    models.model_id,
    models.scores[score_indexes.score_index] as score, /* 0..100 */
    named.owner,
    models.appeared_on,
    models.appeared_rule,
    models.type,
    models.architecture,
    models.parameters_b,
    models.nominal_b,
    models.size,
    models.submitted_on,
    models.is_merge,
    models.is_official,
from marts.evaluated_models as models
join score_indexes on score_indexes.leaderboard = models.dataset
join core.models as named using (model_key)
where models.scores[score_indexes.score_index] is not null
