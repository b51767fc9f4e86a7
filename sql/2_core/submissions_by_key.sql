-- grain: leaderboard, evaluation_id
-- Every evaluation as its leaderboard lists it, flagged and repeated ones too. A random baseline is no model. As stored; read core.submissions.
with submitted as (
    from staging.leaderboard_v1
    union all by name
    from staging.leaderboard_v2
    union all by name
    from staging.hub_benchmarks
)
select
    leaderboard, /* v1, v2 or the id of an official benchmark */
    evaluation_id, /* position in the snapshot, from 1 */
    names.model_key, /* repository */
    nullif(submitted.model_id, names.model_id) as submitted_as, /* its name as submitted, where that is not its id */
    case
        when starts_with(lower(type_label), 'pretrained') then 'pretrained'
        when starts_with(lower(type_label), 'continuously') then 'continuously pretrained'
        when starts_with(lower(type_label), 'fine-tuned') then 'fine-tuned'
        when starts_with(lower(type_label), 'chat') then 'chat'
        when starts_with(lower(type_label), 'instruction-tuned') then 'chat'
        when starts_with(lower(type_label), 'rl-tuned') then 'chat'
        when starts_with(replace(lower(type_label), ' ', ''), 'basemerges') then 'merge' -- one export squeezes its labels
        when starts_with(lower(type_label), 'multimodal') then 'multimodal'
        when starts_with(lower(type_label), 'other') then 'other'
        when is_pending is not null then type_label
        else 'unknown'
    end as type, /* type as the submitter declared it */
    case
        when type_label = '' then 'no label'
        when is_pending then 'official benchmark: in a pull request that is not merged'
        when is_pending is not null then 'official benchmark: ' || if(type_label = 'verified', 'verified by the Hub', 'in the repository of the model')
        when type = 'unknown' then 'label not known: ' || left(type_label, 60)
        else 'declared on the leaderboard'
    end as type_rule, /* how the type was decided */
    score, /* mean of the benchmarks, 0..100; NULL where the board had none */
    submitted_on, /* day of the submission */
    uploaded_on, /* day of the upload as the leaderboard knew it */
    revision, /* commit that was evaluated */
    precision, /* precision of the weights as evaluated */
    weight_type, /* Original, Delta or Adapter */
    chat_template, /* evaluated with its chat template */
    eval_name, /* the leaderboard's name of the evaluation */
    is_pending, /* an official benchmark's entry that is not merged yet; NULL on v1 and v2 */
    is_flagged, /* flagged by the leaderboard: out of every figure, and counted */
    is_merged, /* the leaderboard took it for a merge */
    is_moe, /* the leaderboard took it for a mixture of experts */
    is_official, /* submitted by an official provider (v2) */
    architecture_class, /* class in the config, as the leaderboard read it */
    parameters_b, /* parameters in billions; NULL where missing or not positive */
    nullif(nullif(trim(license), ''), '?') as license, /* licence as the leaderboard knew it */
    likes, /* likes as the leaderboard knew them */
    base_model_id, /* base model as the leaderboard knew it (v2) */
    scores, /* benchmark → score, 0..100 */
    snapshot_id, /* landed snapshot it comes from */
from submitted
join core.submitted_names as names on names.name = submitted.model_id
where submitted.model_id != '' and submitted.model_id != 'baseline'
order by leaderboard, model_key, evaluation_id
