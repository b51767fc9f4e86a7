-- grain: leaderboard, model_id
-- The best unflagged evaluation stands for its repository; the order is total, so a rebuild picks the same one.
select
    leaderboard, /* v1 or v2 */
    model_id, /* repository */
    type, /* type as declared */
    type_rule, /* how the type was decided */
    score, /* mean of the benchmarks, 0..100 */
    submitted_on, /* day of the submission */
    revision, /* commit that was evaluated */
    precision, /* precision of the weights as evaluated */
    weight_type, /* Original, Delta or Adapter */
    chat_template, /* evaluated with its chat template */
    eval_name, /* the leaderboard's name of the evaluation */
    is_official, /* submitted by an official provider (v2) */
    is_merged, /* the leaderboard took it for a merge */
    architecture_class, /* class in the config, as the leaderboard read it */
    parameters_b, /* parameters in billions as the leaderboard knew them */
    count(*) over of_model - 1 as folded, /* other unflagged evaluations of the repository that this one stands for */
    min(submitted_on) over of_model as first_submitted_on, /* earliest unflagged submission */
    evaluation_id, /* its row in core.submissions */
    snapshot_id, /* landed snapshot it comes from */
from core.submissions
where not is_flagged
window of_model as (partition by leaderboard, model_id)
qualify row_number() over (
    partition by leaderboard, model_id
    order by
        score desc nulls last, submitted_on desc nulls last, revision, precision, weight_type, chat_template, eval_name,
        evaluation_id
) = 1
