-- grain: leaderboard, model_id, benchmark
-- view
-- One row per evaluation that stands for a repository and benchmark; v1 and v2 are different measures and never meet.
with measured as (
    select submissions.leaderboard, submissions.model_id, unnest(submissions.scores) as measure
    from core.submissions
    join core.evaluations using (leaderboard, evaluation_id)
)
select
    leaderboard, /* v1 or v2 */
    model_id, /* repository */
    measure.benchmark as benchmark, /* key in core.benchmarks */
    measure.score as score, /* 0..100 */
from measured
where measure.score is not null
