-- grain: name_hash
-- What a comparison of two generations reads of each model of a dataset. Names are hashed without letter case, so that millions of them fit into memory; of pending results there is no score.
with score_indexes as (
    from index_of_score($dataset, $benchmark)
),
evaluated as (
    select
        models.model_key,
        if(models.type = 'pending', null, models.scores[score_indexes.score_index]) as score,
        hash(submissions.revision, submissions.precision, submissions.submitted_on, submissions.chat_template, submissions.is_pending) as evaluation_hash,
    from marts.evaluated_models as models
    join core.evaluations_by_key as evaluations on evaluations.leaderboard = models.dataset and evaluations.model_key = models.model_key
    join core.submissions_by_key as submissions on submissions.leaderboard = evaluations.leaderboard and submissions.evaluation_id = evaluations.evaluation_id
    cross join score_indexes
    where models.dataset = $dataset
)
select
    hash_of_name(models.model_id) as name_hash,
    evaluated.score,
    coalesce(evaluated.evaluation_hash, 0) as evaluation_hash,
    models.nominal_b,
    models.downloads_30d,
    models.appeared_on is not null as is_dated,
    models.type in ('fine-tuned', 'finetune') as is_fine_tuned,
    models.license_class = 'permissive' as is_permissive,
    models.is_merge,
    models.is_derived,
    models.is_text_generation,
    models.access in ('auto', 'manual') as is_gated,
from marts.models
left join evaluated using (model_key)
where models.dataset = $dataset
order by name_hash
