-- grain: day, leaderboard, benchmark
-- Where another model has the first place of a leaderboard, or of one of its benchmarks, than in the snapshot before: the best unflagged evaluation of each repository, of equal scores the one that was submitted first.
select distinct
    day, /* UTC day of the snapshot that shows it first */
    since, /* UTC day of the snapshot before */
    leaderboard, /* v1, v2 or the id of an official benchmark */
    benchmark, /* key in core.benchmarks, or average */
    model_id, /* repository that has the first place now, as submitted */
    after as score, /* its score in the snapshot of the day */
    model_before, /* repository that had it */
    before as score_before, /* its score in the snapshot before */
from staging.leaderboard_changes
where kind = 'first'
order by day, leaderboard, benchmark
