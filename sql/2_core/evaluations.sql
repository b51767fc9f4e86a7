-- grain: leaderboard, model_id
-- view of core.keyed_evaluations
-- The best unflagged evaluation, on an official benchmark one that is not pending before one that is, stands for its repository; the order is total, so a rebuild picks the same one.
select
    submissions.leaderboard, /* v1, v2 or the id of an official benchmark */
    models.model_id, /* repository */
    submissions.type, /* type as declared; on an official benchmark verified, reported or pending */
    submissions.type_rule, /* how the type was decided */
    submissions.score, /* mean of the benchmarks, 0..100 */
    submissions.submitted_on, /* day of the submission */
    submissions.revision, /* commit that was evaluated */
    submissions.precision, /* precision of the weights as evaluated */
    submissions.weight_type, /* Original, Delta or Adapter */
    submissions.chat_template, /* evaluated with its chat template */
    submissions.eval_name, /* the leaderboard's name of the evaluation */
    submissions.is_pending, /* an official benchmark's entry that is not merged yet; NULL on v1 and v2 */
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
