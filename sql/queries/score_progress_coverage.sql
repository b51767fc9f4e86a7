-- grain: model_id, benchmark_id
-- Which of the hundred most used models of the Hub have a result on each official benchmark: verified or reported, pending, or none.
with most_used as (
    select model_key, model_id, downloads_30d
    from core.models
    where is_listed
        and downloads_30d > 0
        and (pipeline_tag = 'text-generation' or not $text_generation)
    order by downloads_30d desc, model_id
    limit 100
),
used as (
    select *, row_number() over (order by downloads_30d desc, model_id) as place from most_used
),
results as (
    select evaluations.leaderboard as benchmark_id, evaluations.model_key, submissions.type, submissions.score
    from core.evaluations_by_key as evaluations
    join core.submissions_by_key as submissions using (leaderboard, evaluation_id)
    where submissions.is_pending is not null
),
benchmarks as (
    select dataset as benchmark_id, short_label as benchmark from marts.datasets where kind = 'benchmark'
)
select
    used.place,
    used.model_id,
    used.downloads_30d,
    benchmarks.benchmark_id,
    benchmarks.benchmark,
    coalesce(results.type, 'none') as result,
    results.score,
from used
cross join benchmarks
left join results on results.benchmark_id = benchmarks.benchmark_id and results.model_key = used.model_key
order by used.place, benchmarks.benchmark_id
