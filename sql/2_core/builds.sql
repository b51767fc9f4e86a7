-- grain: snapshot_id
-- What this file is, in one row: the id by which a citation or a link names it, and the rules that made it.
select
    strftime(date_trunc('second', max(snapshots.fetched_at) + interval 999999 microseconds), '%Y%m%dT%H%M%SZ') || '-'
        || left(md5(string_agg(snapshots.source || ' ' || snapshots.snapshot_id, ', ' order by snapshots.source, snapshots.snapshot_id)), 8) as snapshot_id, /* the second by which all it stands on had landed (build --landed-by it), and eight signs of a hash over core.snapshots */
    max(snapshots.as_of) as as_of, /* the latest moment that its data speaks of, UTC */
    max(snapshots.fetched_at) as landed_at, /* when the last of its snapshots landed, UTC */
    any_value(builds.rule_version) as rule_version, /* eight signs of a hash over the SQL, the seeds and the checks that made it: any change, in a comment too, is another version */
    any_value(builds.tool_version) as tool_version, /* version of oss-ai-monitor that built it */
    any_value(builds.shape) as shape, /* number of the shape of its relations: a version of oss-ai-monitor reads one number only */
    any_value(builds.left_out_version) as left_out_version, /* eight signs of a hash over the list of owners and contributors who are left out; empty where nobody is */
from core.snapshots
cross join landing.builds
