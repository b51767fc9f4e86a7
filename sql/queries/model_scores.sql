-- grain: leaderboard
-- The evaluations of one model on each leaderboard: the one that stands for it with its rank, and how many there are. A rank counts the better scores; pending results of official benchmarks take none.
with evaluations as (
    select leaderboard, count(*) as evaluations, count(*) filter (is_flagged) as flagged, max(submitted_on) as last_submitted_on
    from core.submissions_by_key
    where model_key = $model_key
    group by leaderboard
),
counted as (
    select dataset, scores, type, submitted_on
    from marts.evaluated_models
    where model_key = $model_key
),
ranked as (
    select
        others.dataset,
        count(*) filter (others.scores[1] > counted.scores[1]) + 1 as rank,
        count(others.scores[1]) as ranked,
    from marts.evaluated_models as others
    join counted using (dataset)
    where others.type != 'pending'
    group by others.dataset
)
select
    evaluations.leaderboard,
    marts.datasets.label,
    marts.datasets.as_of,
    evaluations.evaluations,
    evaluations.flagged,
    counted.scores[1] as score,
    if(counted.scores[1] is null or counted.type = 'pending', null, ranked.rank) as rank,
    ranked.ranked,
    counted.type,
    if(counted.dataset is null, evaluations.last_submitted_on, counted.submitted_on) as submitted_on,
    counted.dataset is not null as is_counted,
    counted.scores[2:] as benchmark_scores,
from evaluations
join marts.datasets on marts.datasets.dataset = evaluations.leaderboard
left join counted on counted.dataset = evaluations.leaderboard
left join ranked on ranked.dataset = evaluations.leaderboard
order by marts.datasets.as_of desc, evaluations.leaderboard
