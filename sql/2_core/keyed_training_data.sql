-- grain: model_key, dataset_id
-- Training data as declared in tags and model cards. As stored; read core.training_data.
with declared as (
    select model_key, substr(tag, 9) as dataset_id, 'tag' as rule from core.tags where subject = 'training data'
    union all
    select model_key, unnest(card_datasets), 'model card' from core.detailed
)
select
    model_key, /* repository that declares */
    dataset_id, /* dataset that it names, as it names it */
    max(rule) as rule, /* tag, or model card where only that names it */
from declared
where dataset_id != '' and length(dataset_id) <= 200
group by model_key, dataset_id
order by model_key, dataset_id
