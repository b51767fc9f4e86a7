-- What each kind of derivative gains over its base, on the same leaderboard
-- grain: dataset, relation
-- Both have an evaluation of their own; scores of v1 and v2 never meet. The first of a model's scores is the mean of all
-- benchmarks. A median hides much: the quartiles are beside it.
with gains as (
    select derivatives.dataset, coalesce(relation, 'not declared') as relation, derivatives.scores[1] - bases.scores[1] as gain
    from core.base_models_by_key
    join marts.evaluated_models as derivatives using (model_key)
    join marts.evaluated_models as bases on bases.model_key = base_model_key and bases.dataset = derivatives.dataset
)
select
    dataset,
    relation,
    count(*) as pairs,
    round(median(gain), 2) as median_gain,
    round(quantile_cont(gain, 0.25), 2) as lower_quartile,
    round(quantile_cont(gain, 0.75), 2) as upper_quartile,
    round(avg((gain > 0)::int), 3) as share_above_the_base,
from gains
where gain is not null
group by dataset, relation
order by dataset, pairs desc, relation
