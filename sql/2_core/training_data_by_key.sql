-- grain: model_key, dataset_id
-- by model: core.tags, core.card_entries
-- Training data as declared in tags and model cards; loaders and words for nothing, which name no data, are left out. As stored; read core.training_data.
with declared as (
    select model_key, trim(substr(tag, 9)) as dataset_id, 'tag' as rule from core.tags where subject = 'training data'
    union all
    select model_key, text, 'model card' from core.card_entries where subject = 'training data'
)
select
    model_key, /* repository that declares */
    dataset_id, /* dataset that it names, as it names it */
    max(rule) as rule, /* tag, or model card where only that names it */
from declared
where dataset_id != ''
    and length(dataset_id) <= 200
    and lower(dataset_id) not in (select name from seeds.training_data_placeholders)
group by model_key, dataset_id
order by model_key, dataset_id
