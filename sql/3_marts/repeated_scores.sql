-- grain: dataset, benchmark, model_key
-- stored
-- How far the evaluations of one repository differ, where several of them are neither flagged nor pending: other precisions, other revisions, with a chat template and without.
with measured as (
    select
        submissions.leaderboard,
        submissions.model_key,
        unnest(list_prepend({'benchmark': 'average', 'score': submissions.score}, submissions.scores)) as measure,
    from core.submissions_by_key as submissions
    join core.evaluations_by_key as chosen using (leaderboard, model_key)
    where chosen.folded > 0
        and not submissions.is_flagged
        and not coalesce(submissions.is_pending, false)
)
select
    leaderboard as dataset,
    measure.benchmark as benchmark, /* average, or a key of core.benchmarks */
    model_key,
    max(measure.score) - min(measure.score) as spread, /* between the best and the worst of its evaluations, points of 100 */
    count(measure.score) as evaluations, /* its evaluations with this score */
from measured
group by all
having count(measure.score) > 1
order by all
