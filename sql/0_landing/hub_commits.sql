-- grain: none, as landed
-- Commit summary of the published tool as landed; a repository can come twice.
select
    null::bigint as row_number, /* position among the snapshot's records, from 1 */
    null::varchar as model_id, /* repository id as sent */
    null::bigint as commits, /* commits on main */
    null::timestamp as first_commit_at, /* first commit, UTC */
    null::timestamp as last_commit_at, /* last commit, UTC */
    null::varchar[] as authors, /* names of the commits' authors */
    null::json as extra, /* every other column as sent */
where false
