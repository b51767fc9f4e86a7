-- grain: none, as landed
-- What the Hub says of one model, as it is landed from any of its lists: the columns that these have in common.
select
    null::bigint as row_number, /* position among the snapshot's records, from 1 */
    null::varchar as id, /* repository id as sent; case-sensitive */
    null::varchar as author, /* owner as the Hub names it; often absent */
    null::timestamp as created_at, /* createdAt, UTC; floor 2022-03-02 23:29:0x */
    null::timestamp as last_modified, /* lastModified, UTC */
    null::bigint as likes, /* likes at the snapshot */
    null::bigint as downloads, /* downloads of the last 30 days */
    null::bigint as downloads_all_time, /* downloadsAllTime; not monotonic */
    null::varchar[] as tags, /* tags as sent */
    null::varchar as pipeline_tag, /* task */
    null::varchar as library_name, /* library */
    null::boolean as private, /* private repository */
    null::varchar as gated, /* false, auto or manual; NULL is unknown */
    null::boolean as disabled, /* disabled by the Hub */
    null::varchar as sha, /* revision of main */
    null::json as base_models, /* baseModels as sent: relation and models */
    null::json as safetensors, /* safetensors as sent: parameters per type, total */
    null::json as gguf, /* gguf as sent: total, architecture, context_length */
    null::json as config, /* config as sent: architectures, model_type */
    null::json as card_data, /* cardData as sent: license, language, base_model, datasets, … */
    null::json as extra, /* all else as sent; NULL when there is nothing else */
where false
