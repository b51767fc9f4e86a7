-- grain: dataset
-- What stands behind the changes: the days whose listings are compared, those that are compared in what they declare, the pairs of snapshots of leaderboards, and what waits for a second listing in the chosen dates.
select
    $dataset as dataset,
    (select count(*) from core.adoption_days where since is not null) as compared_days,
    (select min(since) from core.adoption_days) as first_on,
    (select max(day) from core.adoption_days where since is not null) as last_on,
    (select count(*) from core.changes_compared where source = 'hub_listing') as declared_days,
    (select count(*) from core.changes_compared where source = 'leaderboard') as board_pairs,
    (select count(*) from marts.changes where not is_confirmed and day between $start and $end) as unconfirmed
