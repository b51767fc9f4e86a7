-- grain: source, snapshot_id, row_number
-- scratch
-- The rows of the Hub's lists in which a name stands that is left out, as they are read instead.
select
    landed.* replace (
        coalesce(ids.rewritten, landed.id) as id,
        coalesce(str_split(tag_lists.rewritten, chr(10)), landed.tags) as tags,
        coalesce(tasks.rewritten, landed.pipeline_tag) as pipeline_tag,
        coalesce(libraries.rewritten, landed.library_name) as library_name,
        coalesce(bases.rewritten, landed.base_models::varchar)::json as base_models,
        coalesce(configs.rewritten, landed.config::varchar)::json as config,
        coalesce(cards.rewritten, landed.card_data::varchar)::json as card_data
    ),
from staging.hub_landed as landed
semi join staging.left_out_rows using (source, snapshot_id, row_number)
left join staging.left_out_texts as ids on ids.text = landed.id
left join staging.left_out_texts as tag_lists on tag_lists.text = array_to_string(landed.tags, chr(10))
left join staging.left_out_texts as tasks on tasks.text = landed.pipeline_tag
left join staging.left_out_texts as libraries on libraries.text = landed.library_name
left join staging.left_out_texts as bases on bases.text = landed.base_models::varchar
left join staging.left_out_texts as configs on configs.text = landed.config::varchar
left join staging.left_out_texts as cards on cards.text = landed.card_data::varchar
