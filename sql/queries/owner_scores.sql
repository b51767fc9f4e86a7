-- grain: dataset, model_id
-- The best models of one owner on each leaderboard, with their rank among all of it. Pending results of official benchmarks are nobody's best.
with ranked as (
    select dataset, model_key, model_id, appeared_on, type, nominal_b, submitted_on, scores[1] as score, rank() over (partition by dataset order by scores[1] desc) as rank
    from marts.evaluated_models
    where scores[1] is not null and type != 'pending'
)
select ranked.dataset, marts.datasets.label, ranked.model_id, ranked.type, ranked.appeared_on, ranked.submitted_on, ranked.nominal_b, ranked.score, ranked.rank
from ranked
join marts.datasets on marts.datasets.dataset = ranked.dataset
where ranked.model_key in (select model_key from core.models where owner = $owner)
qualify row_number() over (partition by ranked.dataset order by ranked.score desc, ranked.model_id) <= $most
order by marts.datasets.as_of desc, ranked.dataset, ranked.score desc, ranked.model_id
