-- grain: none, as landed
-- Open LLM Leaderboard v2 as landed: one row per evaluation. Flags are as sent, with the decision beside them.
select
    null::bigint as row_number, /* position in the file, from 1 */
    null::varchar as eval_name, /* the board's name of the evaluation; NULL in the scrape */
    null::varchar as precision, /* precision of the weights as evaluated */
    null::varchar as type, /* type of the model with its emoji, as sent */
    null::varchar as weight_type, /* Original, Delta or Adapter */
    null::varchar as architecture, /* class in the model's config; junk is kept */
    null::varchar as model, /* anchor or address of the model, as sent */
    null::varchar as fullname, /* repository id, as sent */
    null::varchar as model_sha, /* revision that was evaluated */
    null::double as average, /* mean of the benchmarks, 0..100 */
    null::varchar as hub_license, /* licence as the board knew it */
    null::bigint as hub_likes, /* likes when the board was written */
    null::double as params_b, /* parameters in billions; ≤ 0 means missing */
    null::boolean as available_on_hub, /* the repository was on the Hub */
    null::boolean as merged, /* as sent; read it with merged_inverted */
    null::boolean as moe, /* as sent; read it with moe_inverted */
    null::boolean as flagged, /* as sent; read it with flagged_inverted */
    null::boolean as merged_inverted, /* True where merged says the opposite; one answer per file */
    null::boolean as moe_inverted, /* True where moe says the opposite; one answer per file */
    null::boolean as flagged_inverted, /* True where flagged says the opposite; one answer per file */
    null::boolean as chat_template, /* evaluated with its chat template */
    null::double as co2_cost_kg, /* CO₂ of the evaluation, kg */
    null::boolean as official_providers, /* submitted by an official provider (early: Maintainer's Highlight) */
    null::varchar as upload_to_hub_date, /* day of the upload as sent, YYYY-MM-DD */
    null::varchar as submission_date, /* day of the submission as sent, YYYY-MM-DD */
    null::bigint as generation, /* generations of fine-tuning above the model */
    null::varchar as base_model, /* declared base model as sent; can be Removed */
    null::double as ifeval, /* IFEval, normalised, 0..100 */
    null::double as bbh, /* BBH, normalised, 0..100 */
    null::double as math_lvl_5, /* MATH Lvl 5, normalised, 0..100 */
    null::double as gpqa, /* GPQA, normalised, 0..100 */
    null::double as musr, /* MUSR, normalised, 0..100 */
    null::double as mmlu_pro, /* MMLU-PRO, normalised, 0..100 */
    null::double as ifeval_raw, /* IFEval, raw, 0..1 */
    null::double as bbh_raw, /* BBH, raw, 0..1 */
    null::double as math_lvl_5_raw, /* MATH Lvl 5, raw, 0..1 */
    null::double as gpqa_raw, /* GPQA, raw, 0..1 */
    null::double as musr_raw, /* MUSR, raw, 0..1 */
    null::double as mmlu_pro_raw, /* MMLU-PRO, raw, 0..1 */
    null::json as extra, /* every other column as sent */
where false
