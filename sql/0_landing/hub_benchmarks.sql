-- grain: none, as landed
-- Entries of the Hub's official benchmark leaderboards, as landed; a model can come twice on one benchmark.
select
    null::bigint as row_number, /* position in the snapshot, from 1 */
    null::varchar as benchmark_id, /* dataset that is the benchmark */
    null::bigint as rank, /* place on its leaderboard, as sent */
    null::varchar as model_id, /* repository */
    null::double as value, /* score, as sent */
    null::boolean as verified, /* the Hub has verified the result; NULL is unknown */
    null::bigint as pull_request, /* the result is in a pull request that is not merged; NULL where none is told */
    null::varchar as filename, /* file of the result in the model's repository */
    null::varchar as source_url, /* where the result is from, as sent */
    null::varchar as source_name, /* name of that */
    null::varchar as notes, /* about the evaluation, such as no-tools */
    null::varchar as author, /* who the Hub names as the model's author */
    null::varchar as evaluated_on, /* date of the evaluation beside the model, as sent; NULL where none is */
    null::varchar as task_id, /* task within the benchmark, as sent beside the model */
    null::json as extra, /* all else as sent; NULL when there is nothing else */
where false
