-- grain: leaderboard, benchmark
-- Benchmarks of each leaderboard; scores of different leaderboards never meet.
select
    leaderboard, /* v1, v2 or the id of an official benchmark */
    benchmark, /* key in core.scores */
    label, /* as shown */
    rank::int as rank, /* reading order */
    metric, /* what is measured */
    unit, /* unit of the score */
    source, /* where this is from */
from seeds.benchmarks
union all
select dataset, 'score', short_label, 1, 'as the benchmark measures it', 'points of 100', source
from core.datasets
where kind = 'benchmark'
