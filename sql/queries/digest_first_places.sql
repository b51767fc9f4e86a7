-- grain: day, benchmark
-- Where another model has the first place of a leaderboard than in its snapshot before: the average first.
select
    firsts.day,
    firsts.since,
    firsts.benchmark,
    coalesce(benchmarks.label, 'the average') as label,
    firsts.model_id,
    firsts.score,
    firsts.model_before,
    firsts.score_before,
    models.parameters_b,
from core.first_places as firsts
left join core.benchmarks using (leaderboard, benchmark)
left join core.models on models.model_id = firsts.model_id
where firsts.leaderboard = $dataset and firsts.day between $start and $end
order by firsts.benchmark in ('average', 'score') desc, firsts.day, benchmarks.rank, firsts.benchmark
