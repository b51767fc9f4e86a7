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
    from core.evaluations_by_key as evaluations
    join core.models using (model_key)
),
placed as (
    select leaderboard, model_key, dense_rank() over (partition by leaderboard order by owner_models desc, owner)::int as owner_place
    from owned
)
select
    evaluations.leaderboard as dataset,
    models.model_key, /* stands for model_id in this warehouse */
    models.model_id, /* repository */
    placed.owner_place, /* its owner's place by models, ties by name: the place in marts.authors */
    dates.appeared_on, /* day it appeared, UTC, of a copy of a release the day of what it copies; NULL is undated */
    dates.dated_by as appeared_rule, /* which date that is, or why there is none */
    submissions.type, /* declared type */
    models.architecture,
    models.parameters_b,
    models.nominal_b,
    coalesce(nominal_sizes.size, 'unknown') as size, /* size class, billions of parameters */
    list_prepend(submissions.score, list_transform(submissions.scores, lambda measure: measure.score)) as scores, /* the mean, then each benchmark in the order of core.benchmarks, 0..100 */
    submissions.submitted_on, /* day of the evaluation's submission */
    models.is_merge,
    submissions.is_official,
    coalesce(models.pipeline_tag = 'text-generation', false) as is_text_generation, /* its task is text generation */
    models.relation in ('quantized', 'adapter') as is_derived, /* a quantized copy or an adapter */
    coalesce(models.downloads_30d >= 1, false) as is_downloaded, /* downloaded at least once in 30 days */
    (hash(models.model_id) % 65536)::usmallint as sample_bucket, /* from 0 to 65535, fixed by the name: models below a bound are an even sample */
from core.evaluations_by_key as evaluations
join core.submissions_by_key as submissions using (leaderboard, evaluation_id)
join core.models on models.model_key = evaluations.model_key
join core.evaluated_dates as dates on dates.leaderboard = evaluations.leaderboard and dates.model_key = evaluations.model_key
left join core.nominal_sizes on nominal_sizes.nominal_b = models.nominal_b
join placed on placed.leaderboard = evaluations.leaderboard and placed.model_key = evaluations.model_key
order by dataset, owner_place, appeared_on, model_id
