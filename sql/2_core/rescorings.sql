-- grain: day, leaderboard, benchmark
-- Where a leaderboard published other scores for evaluations that it had already: how many differ by more than 0.005 points of 100 from the snapshot before, half of the last digit that rounded exports give.
with pairs as (
    select day, since, leaderboard, max(evaluations) as evaluations
    from staging.leaderboard_changes
    where kind = 'compared'
    group by all
)
select
    pairs.day, /* UTC day of the snapshot that has the new scores */
    pairs.since, /* UTC day of the snapshot before */
    pairs.leaderboard, /* v1, v2 or the id of an official benchmark */
    changes.benchmark, /* key in core.benchmarks, or average */
    pairs.evaluations, /* evaluations that both snapshots have: same model, revision and precision */
    count(*) as rescored, /* of these, with another score */
    count(distinct lower(changes.model_id)) as models, /* repositories of these */
    count(distinct if(abs(changes.standing_after - changes.standing_before) > 0.005, lower(changes.model_id), null)) as models_by_best, /* of these, repositories whose score by their best unflagged evaluation changed */
    median(changes.after - changes.before) as median_change, /* points of 100 */
    count(*) filter (changes.after > changes.before) as raised, /* evaluations that have a higher score now */
from staging.leaderboard_changes as changes
join pairs using (day, since, leaderboard)
where changes.kind = 'rescored'
group by all
order by pairs.day, pairs.leaderboard, changes.benchmark
