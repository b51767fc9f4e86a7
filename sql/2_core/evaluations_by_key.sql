-- grain: leaderboard, model_key
-- The best unflagged evaluation stands for its repository; the order is total, so a rebuild picks the same one. As stored; read core.evaluations.
select
    leaderboard,
    model_key,
    evaluation_id, /* its row in core.submissions */
    count(*) over of_model - 1 as folded, /* other unflagged evaluations of the repository that this one stands for */
    min(submitted_on) over of_model as first_submitted_on, /* earliest unflagged submission */
from core.submissions_by_key
where not is_flagged
window of_model as (partition by leaderboard, model_key)
qualify row_number() over (
    partition by leaderboard, model_key
    order by
        is_pending nulls first, score desc nulls last, submitted_on desc nulls last, revision, precision, weight_type, chat_template, eval_name,
        evaluation_id
) = 1
order by leaderboard, model_key
