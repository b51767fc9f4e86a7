-- grain: leaderboard, benchmark
-- Benchmarks of each leaderboard; scores of different leaderboards never meet.
select
    leaderboard, /* v1 or v2 */
    benchmark, /* key in core.scores */
    label, /* as shown */
    rank::int as rank, /* reading order */
    metric, /* what is measured */
    unit, /* unit of the score */
    source, /* where this is from */
from seeds.benchmarks
