-- grain: source, snapshot_id, row_number
-- scratch
-- The rows of the Hub's lists in which a name that is left out may stand.
select distinct written.source, written.snapshot_id, written.row_number
from (
    select
        source,
        snapshot_id,
        row_number,
        lower(concat_ws(' ', id, array_to_string(tags, ' '), pipeline_tag, library_name, base_models::varchar, config::varchar, card_data::varchar)) as text,
    from staging.hub_landed
) as written
join staging.left_out_names as names on contains(written.text, names.name)
