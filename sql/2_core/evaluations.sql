-- grain: leaderboard, model_id
-- view of core.evaluations_by_key
-- The best unflagged evaluation, on an official benchmark one that is not pending before one that is, stands for its repository; the order is total, so a rebuild picks the same one.
select
    submissions.leaderboard,
    models.model_id, /* repository */
    submissions.type, /* type as declared; on an official benchmark verified, reported or pending */
    submissions.type_rule,
    submissions.score,
    submissions.submitted_on,
    submissions.revision,
    submissions.precision,
    submissions.weight_type,
    submissions.chat_template,
    submissions.eval_name,
    submissions.is_pending,
    submissions.is_official,
    submissions.is_merged,
    submissions.architecture_class,
    submissions.parameters_b,
    chosen.folded,
    chosen.first_submitted_on,
    chosen.evaluation_id,
    submissions.snapshot_id,
from core.evaluations_by_key as chosen
join core.submissions_by_key as submissions using (leaderboard, evaluation_id)
join core.models on models.model_key = chosen.model_key
