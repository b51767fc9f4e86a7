-- What each kind of derivative gains over its base, on the same leaderboard
-- grain: dataset, relation
-- Both have an evaluation of their own; scores of v1 and v2 never meet. A median hides much: the quartiles are beside it.
select
    own.dataset,
    coalesce(relation, 'not declared') as relation,
    count(*) as pairs,
    round(median(own.score - bases.score), 2) as median_gain,
    round(quantile_cont(own.score - bases.score, 0.25), 2) as lower_quartile,
    round(quantile_cont(own.score - bases.score, 0.75), 2) as upper_quartile,
    round(avg((own.score > bases.score)::int), 3) as share_above_the_base,
from core.keyed_base_models
join marts.evaluated_models as own using (model_key)
join marts.evaluated_models as bases on bases.model_key = base_model_key and bases.dataset = own.dataset
where own.score is not null and bases.score is not null
group by own.dataset, relation
order by own.dataset, pairs desc, relation
