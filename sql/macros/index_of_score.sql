-- Where a benchmark's score stands in a list of scores, from 1: the mean first, then each benchmark in the order of core.benchmarks.
create macro index_of_score(of_leaderboard, of_benchmark) as table
    select rank + 1 as score_index
    from core.benchmarks
    where leaderboard = of_leaderboard and benchmark = of_benchmark
    union all
    select 1 as score_index
    where of_benchmark = 'average'
