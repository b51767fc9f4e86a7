-- Which benchmarks agree with each other
-- grain: dataset, benchmark, other_benchmark
-- Correlation over the models that have both: close to 1, the two rank models alike and measure much the same. Each model
-- has its scores in one list, the mean first and then the benchmarks by rank: pairs need no join of models with models.
with ranks as (
    select leaderboard as dataset, benchmark, rank + 1 as place from core.benchmarks
)
select
    dataset,
    ranks.benchmark,
    others.benchmark as other_benchmark,
    round(corr(scores[ranks.place], scores[others.place]), 3) as correlation,
    count(*) as models,
from marts.evaluated_models
join ranks using (dataset)
join ranks as others using (dataset)
where ranks.benchmark < others.benchmark and scores[ranks.place] is not null and scores[others.place] is not null
group by all
having count(*) >= 30
order by correlation desc, dataset, ranks.benchmark, other_benchmark
