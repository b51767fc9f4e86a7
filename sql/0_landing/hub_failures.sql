-- grain: none, as landed
-- Questions about a model that the Hub refused, as landed; the latest snapshot knows all of them.
select
    null::bigint as row_number, /* position among the snapshot's records, from 1 */
    null::varchar as model_id, /* repository id as asked for */
    null::varchar as asked, /* details, commits or discussions */
    null::bigint as status, /* HTTP status; 307 for a renamed repository, 0 for an answer of no use */
    null::varchar as reason, /* not found, unauthorized, gated, disabled, renamed … */
    null::bigint as failures, /* refusals in a row */
    null::timestamp as first_failed_at, /* first of them, UTC */
    null::timestamp as last_failed_at, /* last of them, UTC */
    null::timestamp as next_at, /* when it is asked again, UTC */
    null::timestamp as answered_at, /* when it was answered again, UTC; NULL while it is refused */
    null::varchar as renamed_to, /* name under which the repository answered */
    null::timestamp as session_started_at, /* when the refresh that asked last had begun, UTC; NULL in runs of older versions */
where false
