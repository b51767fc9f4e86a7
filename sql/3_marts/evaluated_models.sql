-- grain: dataset, model_key
-- stored
-- Every repository with an unflagged evaluation on a leaderboard, with what is known of it and all of its scores in one row.
-- The models of an owner stand together, the most active owner's first, so that a few of them are read without the rest.
with owned as (
    select
        evaluations.leaderboard,
        evaluations.model_key,
        models.owner,
        count(*) over (partition by evaluations.leaderboard, models.owner) as owner_models,
    from core.keyed_evaluations as evaluations
    join core.models using (model_key)
),
placed as (
    select leaderboard, model_key, dense_rank() over (partition by leaderboard order by owner_models desc, owner)::int as owner_place
    from owned
)
select
    evaluations.leaderboard as dataset, /* v1, v2 or the id of an official benchmark */
    models.model_key, /* stands for model_id in this generation */
    models.model_id, /* repository */
    placed.owner_place, /* its owner's place by models, ties by name: the place in marts.authors */
    models.appeared_at::date as appeared_on, /* day it appeared, UTC; NULL is undated */
    models.appeared_rule, /* which date that is, or why there is none */
    submissions.type, /* declared type */
    models.architecture, /* group of architectures */
    models.parameters_b, /* parameters, billions */
    models.nominal_b, /* size as people call it, billions */
    case
        when models.nominal_b is null then 'unknown'
        when models.nominal_b < 3 then '< 3'
        when models.nominal_b < 9 then '3–9'
        when models.nominal_b < 20 then '9–20'
        when models.nominal_b < 40 then '20–40'
        when models.nominal_b <= 80 then '40–80'
        else '> 80'
    end as size, /* size class, billions of parameters */
    list_prepend(submissions.score, list_transform(submissions.scores, lambda measure: measure.score)) as scores, /* the mean, then each benchmark in the order of core.benchmarks, 0..100 */
    submissions.submitted_on, /* day of the evaluation's submission */
    models.is_merge, /* a merge, or one among its ancestors */
    submissions.is_official, /* submitted by an official provider (v2) */
    coalesce(models.pipeline_tag = 'text-generation', false) as is_text_generation, /* its task is text generation */
    models.relation in ('quantized', 'adapter') as is_derived, /* a quantized copy or an adapter */
    coalesce(models.downloads_30d >= 1, false) as is_downloaded, /* downloaded at least once in 30 days */
    (hash(models.model_id) % 65536)::usmallint as lot, /* a lot from 0 to 65535, fixed by the name: those below a bound are an even sample */
from core.keyed_evaluations as evaluations
join core.keyed_submissions as submissions using (leaderboard, evaluation_id)
join core.models on models.model_key = evaluations.model_key
join placed on placed.leaderboard = evaluations.leaderboard and placed.model_key = evaluations.model_key
order by dataset, owner_place, appeared_on, model_key
