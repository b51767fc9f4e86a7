-- grain: none, as landed
-- What differs between two consecutive snapshots of a leaderboard, recorded when they land, because a build reads the latest one only: one row about the pair, one for each evaluation and benchmark with another score, one for each benchmark whose first place changed.
select
    null::date as day, /* UTC day of the later snapshot */
    null::date as since, /* UTC day of the earlier one */
    null::varchar as leaderboard, /* v1, v2 or the id of an official benchmark */
    null::varchar as kind, /* compared (the pair itself), rescored or first */
    null::varchar as benchmark, /* its column, or average */
    null::varchar as model_id, /* repository as submitted; where the first place changed, the one that has it now */
    null::varchar as revision, /* revision that was evaluated */
    null::varchar as precision, /* precision of the weights as evaluated */
    null::double as before, /* score in the earlier snapshot, 0..100 */
    null::double as after, /* score in the later one */
    null::double as standing_before, /* score of the best unflagged evaluation of the repository in the earlier snapshot */
    null::double as standing_after, /* the same in the later one */
    null::varchar as model_before, /* repository that had the first place before */
    null::bigint as evaluations, /* on the row of the pair: evaluations that both snapshots have */
where false
