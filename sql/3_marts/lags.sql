-- grain: dataset
-- How long a model takes from appearing to being submitted, on each leaderboard, among those that appeared once it was open and its dates were trusted.
select
    models.dataset,
    ceil(quantile_cont(greatest(date_diff('day', models.appeared_on, evaluations.first_submitted_on), 0), 0.95))::int as lag_days, /* 95th percentile, days */
    median(greatest(date_diff('day', models.appeared_on, evaluations.first_submitted_on), 0)) as median_lag_days, /* median, days */
    count(*) as models, /* models measured */
from marts.evaluated_models as models
join core.evaluations_by_key as evaluations on evaluations.leaderboard = models.dataset and evaluations.model_key = models.model_key
join core.datasets on datasets.dataset = models.dataset
where models.appeared_rule in ('Hub createdAt', 'upload date', 'curated release date', 'date of its release')
    and models.appeared_on >= datasets.dated_from
    and evaluations.first_submitted_on is not null
group by all
