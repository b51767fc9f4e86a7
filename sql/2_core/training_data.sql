-- grain: model_id, dataset_id
-- Training data as declared in tags and model cards.
with declared as (
    select model_id, substr(unnest(list_filter(tags, lambda tag: starts_with(tag, 'dataset:'))), 9) as dataset_id, 'tag' as rule from core.listed
    union all
    select model_id, substr(unnest(list_filter(tags, lambda tag: starts_with(tag, 'dataset:'))), 9), 'tag' from core.detailed
    union all
    select model_id, unnest(card_datasets), 'model card' from core.detailed
)
select
    model_id, /* repository that declares */
    dataset_id, /* dataset that it names, as it names it */
    max(rule) as rule, /* tag, or model card where only that names it */
from declared
where dataset_id != '' and length(dataset_id) <= 200
group by model_id, dataset_id
