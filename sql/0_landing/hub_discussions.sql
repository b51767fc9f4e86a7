-- grain: none, as landed
-- How much is discussed beside a model, as landed; a repository can come twice.
select
    null::bigint as row_number, /* position among the snapshot's records, from 1 */
    null::varchar as model_id, /* repository id */
    null::bigint as discussions, /* discussions and pull requests, open and closed */
    null::timestamp as latest_at, /* when the latest one was begun, UTC */
where false
