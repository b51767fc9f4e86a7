-- grain: leaderboard, model_id, benchmark
-- view
-- One row per evaluation that stands for a repository and benchmark; v1 and v2 are different measures and never meet.
with measured as (
    select leaderboard, evaluation_id, unnest(scores) as measure from core.submissions_by_key
)
select
    measured.leaderboard,
    models.model_id, /* repository */
    measured.measure.benchmark as benchmark, /* key in core.benchmarks */
    measured.measure.score as score, /* 0..100 */
from measured
join core.evaluations_by_key as evaluations using (leaderboard, evaluation_id)
join core.models on models.model_key = evaluations.model_key
where measured.measure.score is not null
