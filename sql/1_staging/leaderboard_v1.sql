-- grain: none, as landed
-- Open LLM Leaderboard v1: names, types, what is no score to NULL, polarity set right.
select
    'v1' as leaderboard,
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
    null::boolean as is_official,
    chat_template,
    try_cast(nullif(trim(date), '') as timestamp)::date as submitted_on,
    null::date as uploaded_on,
    null::varchar as base_model_id,
    [
        {'benchmark': 'arc', 'score': if(arc between 0 and 100, arc, null)},
        {'benchmark': 'hellaswag', 'score': if(hellaswag between 0 and 100, hellaswag, null)},
        {'benchmark': 'mmlu', 'score': if(mmlu between 0 and 100, mmlu, null)},
        {'benchmark': 'truthfulqa', 'score': if(truthfulqa between 0 and 100, truthfulqa, null)},
        {'benchmark': 'winogrande', 'score': if(winogrande between 0 and 100, winogrande, null)},
        {'benchmark': 'gsm8k', 'score': if(gsm8k between 0 and 100, gsm8k, null)},
    ] as scores,
    snapshot_id,
from landing.leaderboard_v1 as landed
left join staging.left_out_texts as models on models.text = landed.fullname
left join staging.left_out_texts as licenses on licenses.text = landed.hub_license
left join staging.left_out_texts as classes on classes.text = landed.architecture
