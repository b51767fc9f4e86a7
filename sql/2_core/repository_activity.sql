-- grain: model_id
-- How much is discussed beside a tracked model, from the Hub's latest answer about it. NULL is unknown, never none.
select
    models.model_id, /* repository */
    counted.threads, /* discussions and pull requests together, open and closed */
    counted.threads - counted.pull_requests as discussions, /* discussions that are no pull requests */
    counted.pull_requests, /* pull requests, drafts and merged ones included */
    counted.open_threads, /* discussions and pull requests that are neither closed nor merged */
    counted.last_thread_on, /* day on which the latest of either was begun, UTC */
    counted.last_discussion_on, /* day on which the latest discussion was begun, UTC */
    counted.last_pull_request_on, /* day on which the latest pull request was begun, UTC */
    snapshots.as_of::date as counted_on, /* day of the answer, UTC: what came later is not in it */
    counted.snapshot_id, /* landed snapshot of hub_discussions that it comes from */
from staging.hub_discussions as counted
join core.snapshots on snapshots.source = 'hub_discussions' and snapshots.snapshot_id = counted.snapshot_id
join core.names on names.name = counted.model_id
join core.models on models.model_key = names.model_key
qualify row_number() over (
    partition by models.model_id order by snapshots.as_of desc, counted.snapshot_id desc, counted.row_number desc
) = 1
