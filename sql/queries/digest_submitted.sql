-- grain: model_id
-- The best of the models of which a leaderboard has evaluations that were submitted in some days, with how many there are in all, and their places among all models whose evaluations were submitted until then, by today's scores.
with judged as (
    select model_key, score, submitted_on
    from core.submissions_by_key
    where leaderboard = $dataset
        and not is_flagged
        and not coalesce(is_pending, false)
        and score is not null
        and submitted_on <= $end
),
models as (
    select
        model_key,
        max(score) as score,
        count(*) filter (submitted_on >= $start) as evaluations,
        max(score) filter (submitted_on >= $start) as score_now,
        max(score) filter (submitted_on < $start) as score_before,
    from judged
    group by model_key
),
placed as (
    select *, rank() over (order by score desc) as place, count(*) over () as models_until_then
    from models
)
select
    named.model_id,
    placed.score_now as score,
    placed.score_before,
    placed.place,
    placed.models_until_then,
    named.parameters_b,
    named.relation,
    count(*) over () as models_in_all,
    sum(placed.evaluations) over ()::bigint as evaluations_in_all,
    boards.opened_on,
    boards.settled_on,
from placed
join core.models as named using (model_key)
join marts.datasets as boards on boards.dataset = $dataset
where placed.evaluations > 0
order by placed.score_now desc, named.model_id
limit 5
