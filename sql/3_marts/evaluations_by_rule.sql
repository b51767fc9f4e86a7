-- grain: dataset, rule, model_key
-- scratch
-- Which evaluation stands for a repository: the best one by default, else the first, the latest, or the median of its scores. A flagged one never does, and a pending
-- one only where there is no other. The median is of the mean score; whatever else is known of the evaluation is that of the best one.
with unflagged as (
    select
        *,
        coalesce(is_pending, false) as pending_rank,
        min(coalesce(is_pending, false)) over (partition by leaderboard, model_key) as least_pending,
        row_number() over (
            partition by leaderboard, model_key
            order by
                is_pending nulls first, submitted_on nulls last, score desc nulls last, revision, precision, weight_type, chat_template, eval_name, evaluation_id
        ) as place_from_first,
        row_number() over (
            partition by leaderboard, model_key
            order by
                is_pending nulls first, submitted_on desc nulls last, score desc nulls last, revision, precision, weight_type, chat_template, eval_name, evaluation_id
        ) as place_from_latest,
    from core.submissions_by_key
    where not is_flagged
),
medians as (
    select leaderboard, model_key, median(score) as score
    from unflagged
    where pending_rank = least_pending
    group by leaderboard, model_key
),
best as (
    select submissions.leaderboard, submissions.model_key, submissions.type, submissions.score, submissions.scores
    from core.evaluations_by_key
    join core.submissions_by_key as submissions using (leaderboard, evaluation_id)
),
chosen as (
    select 'default' as rule, * from best
    union all
    select 'evaluation-first', leaderboard, model_key, type, score, scores from unflagged where place_from_first = 1
    union all
    select 'evaluation-latest', leaderboard, model_key, type, score, scores from unflagged where place_from_latest = 1
    union all
    select 'evaluation-median', best.leaderboard, best.model_key, best.type, medians.score, best.scores
    from best
    join medians using (leaderboard, model_key)
)
select
    leaderboard as dataset,
    rule,
    model_key,
    type,
    score,
    list_prepend(score, list_transform(scores, lambda measure: measure.score)) as scores,
from chosen
