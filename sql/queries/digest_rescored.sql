-- grain: day, benchmark
-- Where a leaderboard published other scores for evaluations that it had already: how many of them, and by how much, the benchmark with most of them first.
select
    rescorings.day,
    rescorings.since,
    rescorings.benchmark,
    coalesce(benchmarks.label, 'the average') as label,
    rescorings.evaluations,
    rescorings.rescored,
    rescorings.models_by_best,
    rescorings.median_change,
    rescorings.raised,
from core.rescorings
left join core.benchmarks using (leaderboard, benchmark)
where rescorings.leaderboard = $dataset and rescorings.day between $start and $end
order by rescorings.benchmark = 'average', rescorings.rescored desc, rescorings.day, rescorings.benchmark
