-- grain: none, as landed
-- How much is discussed beside a model, as landed; a repository can come twice.
select
    null::bigint as row_number, /* position among the snapshot's records, from 1 */
    null::varchar as model_id, /* repository id */
    null::bigint as discussions, /* discussions and pull requests, open and closed */
    null::timestamp as latest_at, /* when the latest one was begun, UTC */
    null::bigint as pull_requests, /* pull requests among them */
    null::bigint as open_threads, /* those that are neither closed nor merged */
    null::timestamp as latest_discussion_at, /* when the latest one that is no pull request was begun, UTC; NULL also where none was on the pages read */
    null::timestamp as latest_pull_request_at, /* when the latest pull request was begun, UTC */
where false
