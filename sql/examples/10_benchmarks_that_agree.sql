-- Which benchmarks agree with each other
-- grain: dataset, benchmark, other_benchmark
-- Correlation over the models that have both: close to 1, the two rank models alike and measure much the same. Each model
-- has its scores in one list, the mean first and then the benchmarks by rank: pairs need no join of models with models.
with places as (
    select leaderboard as dataset, benchmark, rank + 1 as place from core.benchmarks
)
select
    dataset,
    places.benchmark,
    others.benchmark as other_benchmark,
    round(corr(scores[places.place], scores[others.place]), 3) as correlation,
    count(*) as models,
from marts.evaluated_models
join places using (dataset)
join places as others using (dataset)
where places.benchmark < others.benchmark and scores[places.place] is not null and scores[others.place] is not null
group by all
having count(*) >= 30
order by correlation desc, dataset, places.benchmark, other_benchmark
