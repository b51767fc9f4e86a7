-- grain: source, day, leaderboard
-- The pairs of snapshots whose declared facts or scores are compared: without a pair, core.changes has nothing to say of these kinds.
select distinct
    'hub_listing' as source, /* hub_listing: licence, gating, base, parameters and task; leaderboard: scores and first places */
    day, /* UTC day of the later snapshot */
    since, /* UTC day of the earlier one */
    '' as leaderboard, /* v1, v2 or the id of an official benchmark; empty for the Hub's listing */
from staging.hub_fact_changes
where kind = 'compared'
union all
select distinct 'leaderboard', day, since, leaderboard
from staging.leaderboard_changes
where kind = 'compared'
order by source, day, leaderboard
