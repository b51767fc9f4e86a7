-- marts.scores finds a score by the rank of its benchmark in core.benchmarks.
select leaderboard, stated, expected
from (select distinct leaderboard, list_transform(scores, lambda measure: measure.benchmark) as stated from core.submissions_by_key)
join (select leaderboard, list(benchmark order by rank) as expected from core.benchmarks group by leaderboard) using (leaderboard)
where stated != expected
