-- grain: dataset, model_key
-- stored
-- What is known of every evaluated model besides its scores, as numbers that can be compared; NULL is unknown, never none.
select
    evaluated.dataset,
    evaluated.model_key, /* evaluated model; its name is in core.models */
    models.is_listed or models.created_at is not null as is_on_hub, /* a listing or an answer of the Hub names it */
    if(datasets.kind = 'leaderboard', submissions.likes, models.likes) as likes, /* on a leaderboard its own, all of one day; else those of the Hub at the snapshot */
    models.downloads_30d,
    models.downloads_all_time,
    (datasets.as_of::date - evaluated.appeared_on)::int as age_days, /* days from its appearing to the day of the dataset */
    commits.commits, /* commits on the main branch */
    commits.contributors, /* users who wrote them, without bots */
    (commits.last_commit_at::date - commits.first_commit_at::date)::int as span_days, /* days from the first commit to the last */
    if(is_on_hub, coalesce(descendants.models, 0), null)::int as descendants, /* models that descend from it, by lineage */
    models.license is not null as has_license, /* declares a licence, on the Hub or on the leaderboard */
    case
        when models.model_key in (select model_key from core.training_data_by_key) then true
        when is_on_hub then false
    end as has_training_data, /* names training data */
from marts.evaluated_models as evaluated
join marts.datasets on datasets.dataset = evaluated.dataset
join core.models on models.model_key = evaluated.model_key
join core.evaluations_by_key as evaluations on evaluations.leaderboard = evaluated.dataset and evaluations.model_key = evaluated.model_key
join core.submissions_by_key as submissions on submissions.leaderboard = evaluated.dataset and submissions.evaluation_id = evaluations.evaluation_id
left join core.repository_commits_by_key as commits on commits.model_key = evaluated.model_key
left join marts.derivative_counts as descendants on descendants.ancestor_key = evaluated.model_key and descendants.relation is null and descendants.distance is null
order by evaluated.dataset, evaluated.model_key
