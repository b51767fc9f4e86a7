-- grain: dataset, model_id
-- stored
-- Every repository with an unflagged evaluation on a leaderboard, with what is known of it and all of its scores in one row.
-- In order of time, so that a range of dates reads only its part of the file.
select
    evaluations.leaderboard as dataset, /* v1 or v2 */
    model_id, /* repository */
    models.owner, /* owner of the repository */
    models.appeared_at::date as appeared_on, /* day it appeared, UTC; NULL is undated */
    models.appeared_rule, /* which date that is, or why there is none */
    evaluations.type, /* declared type */
    models.architecture, /* group of architectures */
    models.parameters_b, /* parameters, billions */
    case
        when models.parameters_b is null then 'unknown'
        when models.parameters_b < 3 then '< 3'
        when models.parameters_b < 9 then '3–9'
        when models.parameters_b < 20 then '9–20'
        when models.parameters_b < 40 then '20–40'
        when models.parameters_b <= 80 then '40–80'
        else '> 80'
    end as size, /* size class, billions of parameters */
    evaluations.score, /* mean of the leaderboard's benchmarks, 0..100 */
    list_prepend(evaluations.score, list_transform(submissions.scores, lambda measure: measure.score)) as scores, /* the mean, then each benchmark in the order of core.benchmarks, 0..100 */
    evaluations.submitted_on, /* day of the evaluation's submission */
    models.is_merge, /* a merge, or one among its ancestors */
    evaluations.is_official, /* submitted by an official provider (v2) */
    coalesce(models.pipeline_tag = 'text-generation', false) as is_text_generation, /* its task is text generation */
    models.relation in ('quantized', 'adapter') as is_derived, /* a quantized copy or an adapter */
    coalesce(models.downloads_30d >= 1, false) as is_downloaded, /* downloaded at least once in 30 days */
from core.evaluations
join core.submissions using (leaderboard, evaluation_id, model_id)
join core.models using (model_id)
order by dataset, appeared_on, model_id
