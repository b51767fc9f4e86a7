-- grain: source, snapshot_id
-- What this warehouse stands on: the latest landed snapshot of each source and those that add to it, where it came from and what it says of itself.
select
    landed.source, /* landed source: leaderboard_v1, leaderboard_v2, hub_listing, hub_changes, hub_absences, hub_details, hub_repositories, hub_commits, hub_discussions, hub_failures, hub_benchmarks, hub_adoption, hub_access, hub_fact_changes, leaderboard_changes */
    landed.snapshot_id, /* UTC stamp of the landing */
    as_of, /* the moment that the data speaks of, UTC */
    as_of_rule, /* how as_of was decided */
    fetched_at, /* when it was landed, UTC */
    revision, /* commit of the source, where it has one */
    coalesce(addresses.rewritten, landed.address) as address, /* address or file name it was read from */
    rows, /* rows landed */
    polarity, /* per inverted flag of a leaderboard: as sent or inverted, decided from anchors in the data */
    left_out, /* reason → count of records that could not be landed */
    coalesce(str_split(remarks.rewritten, chr(10)), landed.notes) as notes, /* what the reader of the source noticed */
    is_simulated, /* True for the simulated community: no statement about the world */
    seed, /* seed of the simulated community */
    tool_version, /* version of oss-ai-monitor that landed it */
from landing.snapshots as landed
left join staging.left_out_texts as addresses on addresses.text = landed.address
left join staging.left_out_texts as remarks on remarks.text = array_to_string(landed.notes, chr(10))
