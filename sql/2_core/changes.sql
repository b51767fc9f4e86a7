-- grain: day, model_id, kind, subject
-- What changed, by the day of the snapshot that shows it first: recorded when snapshots land, so that it remains when old listings are removed. Records are by the day on which their models appeared.
with boards as (
    select day, since, model_id, leaderboard || ' ' || benchmark as subject, max(standing_before) as before, max(standing_after) as after
    from staging.leaderboard_changes
    where kind = 'rescored' and abs(standing_after - standing_before) > 0.005
    group by all
),
changes as (
    select day, since, model_id, 'appeared' as kind, '' as subject, null as before, null as after, true as is_confirmed, null::bigint as last_downloads_30d
    from core.listing_moves
    join core.adopted using (series_id)
    where change = 'first'
    union all
    select day, since, adopted.model_id, 'renamed', '', former_name, new_name, true, null
    from core.former_names
    join core.adopted using (series_id)
    union all
    select day, since, model_id, kind, '', before, after, is_confirmed, last_downloads_30d
    from core.declared_changes
    union all
    select day, since, model_id, 'rescored', subject, round(before, 2)::decimal(9, 2)::varchar, round(after, 2)::decimal(9, 2)::varchar, true, null
    from boards
    union all
    select day, since, model_id, 'first place', leaderboard || ' ' || benchmark, model_before, model_id, true, null
    from staging.leaderboard_changes
    where kind = 'first'
    union all
    select
        day, null, model_id, 'record', leaderboard || ' ' || benchmark,
        round(score_before, 2)::decimal(9, 2)::varchar, round(score, 2)::decimal(9, 2)::varchar, true, null
    from core.record_changes
)
select
    day, /* UTC day of the snapshot that shows it first; of a record the day on which its model appeared */
    since, /* UTC day of the snapshot before, so that it happened between the two; NULL for a record */
    model_id, /* repository, by its latest name */
    kind, /* appeared, gone, back, renamed, licence, gating, base, parameters, task, rescored, record or first place */
    subject, /* leaderboard and benchmark of rescored, record and first place; else empty */
    before, /* as it was: as declared, the name, the score or the holder of the first place; NULL is none */
    after, /* as it is since then; NULL is none */
    last_downloads_30d, /* of one that is gone: downloads of 30 days in the last listing that had it; else NULL */
    is_confirmed, /* False where only the latest listing shows it: it counts once a second one does */
from changes
order by day, kind, model_id, subject
