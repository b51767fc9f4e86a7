-- grain: leaderboard, evaluation_id
-- view of core.submissions_by_key
-- Every evaluation as its leaderboard lists it, flagged and repeated ones too. A random baseline is no model.
select
    submissions.leaderboard,
    submissions.evaluation_id,
    models.model_id, /* repository */
    submissions.submitted_as, /* its name as submitted, where that is not its id: another letter case, or a legacy name */
    submissions.type, /* type as the submitter declared it; on an official benchmark verified, reported or pending */
    submissions.type_rule,
    submissions.score,
    submissions.submitted_on,
    submissions.uploaded_on,
    submissions.revision,
    submissions.precision,
    submissions.weight_type,
    submissions.chat_template,
    submissions.eval_name,
    submissions.is_pending,
    submissions.is_flagged,
    submissions.is_merged,
    submissions.is_moe,
    submissions.is_official,
    submissions.architecture_class,
    submissions.parameters_b,
    submissions.license,
    submissions.likes,
    submissions.base_model_id,
    submissions.scores,
    submissions.snapshot_id,
from core.submissions_by_key as submissions
join core.models using (model_key)
