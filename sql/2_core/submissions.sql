-- grain: leaderboard, evaluation_id
-- view of core.keyed_submissions
-- Every evaluation as its leaderboard lists it, flagged and repeated ones too. A random baseline is no model.
select
    submissions.leaderboard, /* v1, v2 or the id of an official benchmark */
    submissions.evaluation_id, /* position in the snapshot, from 1 */
    models.model_id, /* repository */
    submissions.submitted_as, /* its name as submitted, where that is not its id: another letter case, or a legacy name */
    submissions.type, /* type as the submitter declared it; on an official benchmark verified, reported or pending */
    submissions.type_rule, /* how the type was decided */
    submissions.score, /* mean of the benchmarks, 0..100; NULL where the board had none */
    submissions.submitted_on, /* day of the submission */
    submissions.uploaded_on, /* day of the upload as the leaderboard knew it */
    submissions.revision, /* commit that was evaluated */
    submissions.precision, /* precision of the weights as evaluated */
    submissions.weight_type, /* Original, Delta or Adapter */
    submissions.chat_template, /* evaluated with its chat template */
    submissions.eval_name, /* the leaderboard's name of the evaluation */
    submissions.is_pending, /* an official benchmark's entry that is not merged yet; NULL on v1 and v2 */
    submissions.is_flagged, /* flagged by the leaderboard: out of every figure, and counted */
    submissions.is_merged, /* the leaderboard took it for a merge */
    submissions.is_moe, /* the leaderboard took it for a mixture of experts */
    submissions.is_official, /* submitted by an official provider (v2) */
    submissions.architecture_class, /* class in the config, as the leaderboard read it */
    submissions.parameters_b, /* parameters in billions; NULL where missing or not positive */
    submissions.license, /* licence as the leaderboard knew it */
    submissions.likes, /* likes as the leaderboard knew them */
    submissions.base_model_id, /* base model as the leaderboard knew it (v2) */
    submissions.scores, /* benchmark → score, 0..100 */
    submissions.snapshot_id, /* landed snapshot it comes from */
from core.keyed_submissions as submissions
join core.models using (model_key)
