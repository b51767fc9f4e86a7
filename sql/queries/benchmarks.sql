-- grain: leaderboard, benchmark
-- The scores of each leaderboard besides its average.
select
    leaderboard,
    benchmark,
    label,
from core.benchmarks
order by leaderboard, rank
