-- grain: leaderboard, model_id
-- view
-- The best unflagged evaluation stands for its repository; the order is total, so a rebuild picks the same one.
select
    submissions.leaderboard, /* v1 or v2 */
    models.model_id, /* repository */
    submissions.type, /* type as declared */
    submissions.type_rule, /* how the type was decided */
    submissions.score, /* mean of the benchmarks, 0..100 */
    submissions.submitted_on, /* day of the submission */
    submissions.revision, /* commit that was evaluated */
    submissions.precision, /* precision of the weights as evaluated */
    submissions.weight_type, /* Original, Delta or Adapter */
    submissions.chat_template, /* evaluated with its chat template */
    submissions.eval_name, /* the leaderboard's name of the evaluation */
    submissions.is_official, /* submitted by an official provider (v2) */
    submissions.is_merged, /* the leaderboard took it for a merge */
    submissions.architecture_class, /* class in the config, as the leaderboard read it */
    submissions.parameters_b, /* parameters in billions as the leaderboard knew them */
    chosen.folded, /* other unflagged evaluations of the repository that this one stands for */
    chosen.first_submitted_on, /* earliest unflagged submission */
    chosen.evaluation_id, /* its row in core.submissions */
    submissions.snapshot_id, /* landed snapshot it comes from */
from core.keyed_evaluations as chosen
join core.keyed_submissions as submissions using (leaderboard, evaluation_id)
join core.models on models.model_key = chosen.model_key
