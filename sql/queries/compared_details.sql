-- grain: name_hash
-- What is known of a few models, named by the hashes of their names, in one generation: the facts that a comparison shows. Of a model that the dataset does not show is_counted is false, and flagged counts its flagged evaluations.
with chosen as (
    select model_key, model_id, appeared_at, appeared_rule, license, license_class, relation, merge_rule, gated, pipeline_tag, downloads_30d, is_merge, parameters_b, nominal_b, removed_on, hash_of_name(model_id) as name_hash
    from core.models
    where list_contains($names, hash_of_name(model_id))
),
flagged as (
    select model_key, count(*) as flagged
    from core.submissions_by_key
    semi join chosen using (model_key)
    where leaderboard = $dataset and is_flagged
    group by model_key
),
evaluated as (
    select
        models.model_key,
        models.type,
        models.scores,
        models.submitted_on,
        submissions.revision,
        submissions.precision,
    from marts.evaluated_models as models
    join core.evaluations_by_key as evaluations on evaluations.leaderboard = models.dataset and evaluations.model_key = models.model_key
    join core.submissions_by_key as submissions on submissions.leaderboard = evaluations.leaderboard and submissions.evaluation_id = evaluations.evaluation_id
    where models.dataset = $dataset and models.model_key in (select model_key from chosen)
),
counted as (
    select model_key
    from marts.models
    where dataset = $dataset and model_key in (select model_key from chosen)
)
select
    chosen.name_hash,
    chosen.model_id,
    counted.model_key is not null as is_counted,
    coalesce(flagged.flagged, 0) as flagged,
    chosen.appeared_at::date as appeared_on,
    chosen.appeared_rule,
    coalesce(evaluated.type, chosen.relation) as type,
    coalesce(chosen.license, 'none') as license,
    chosen.license_class,
    chosen.relation,
    chosen.is_merge,
    chosen.merge_rule,
    coalesce(chosen.gated, 'unknown') as gated,
    coalesce(chosen.pipeline_tag, 'none') as task,
    chosen.downloads_30d,
    chosen.parameters_b,
    chosen.nominal_b,
    chosen.removed_on,
    evaluated.submitted_on,
    evaluated.revision,
    evaluated.precision,
    evaluated.scores,
from chosen
left join counted using (model_key)
left join flagged using (model_key)
left join evaluated using (model_key)
order by chosen.name_hash
