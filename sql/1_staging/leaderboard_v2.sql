-- grain: none, as landed
-- Open LLM Leaderboard v2: names, types, what is no score to NULL, polarity set right, a removed base model is no base model.
select
    'v2' as leaderboard,
    row_number as evaluation_id,
    trim(coalesce(models.rewritten, landed.fullname)) as model_id,
    if(models.text is null, eval_name, null) as eval_name, -- it holds the name of the model
    precision,
    weight_type,
    trim(regexp_replace(coalesce(type, ''), '^[^a-zA-Z]+', '')) as type_label,
    coalesce(classes.rewritten, landed.architecture) as architecture_class,
    if(models.text is null, model_sha, null) as revision,
    if(average between 0 and 100, average, null) as score,
    coalesce(licenses.rewritten, landed.hub_license) as license,
    hub_likes as likes,
    if(params_b > 0 and params_b <= 100000, params_b, null) as parameters_b,
    coalesce(flagged != flagged_inverted, false) as is_flagged,
    merged != merged_inverted as is_merged,
    moe != moe_inverted as is_moe,
    official_providers as is_official,
    chat_template,
    try_cast(nullif(trim(submission_date), '') as date) as submitted_on,
    try_cast(nullif(trim(upload_to_hub_date), '') as date) as uploaded_on,
    if(base_model = 'Removed', null, nullif(trim(regexp_replace(coalesce(bases.rewritten, landed.base_model), ' \(Merge\)$', '')), '')) as base_model_id,
    [
        {'benchmark': 'ifeval', 'score': if(ifeval between 0 and 100, ifeval, null)},
        {'benchmark': 'bbh', 'score': if(bbh between 0 and 100, bbh, null)},
        {'benchmark': 'math_lvl_5', 'score': if(math_lvl_5 between 0 and 100, math_lvl_5, null)},
        {'benchmark': 'gpqa', 'score': if(gpqa between 0 and 100, gpqa, null)},
        {'benchmark': 'musr', 'score': if(musr between 0 and 100, musr, null)},
        {'benchmark': 'mmlu_pro', 'score': if(mmlu_pro between 0 and 100, mmlu_pro, null)},
    ] as scores,
    snapshot_id,
from landing.leaderboard_v2 as landed
left join staging.left_out_texts as models on models.text = landed.fullname
left join staging.left_out_texts as licenses on licenses.text = landed.hub_license
left join staging.left_out_texts as classes on classes.text = landed.architecture
left join staging.left_out_texts as bases on bases.text = landed.base_model
