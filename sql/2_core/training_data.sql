-- grain: model_id, dataset_id
-- view of core.training_data_by_key
-- Training data as declared in tags and model cards.
select
    models.model_id, /* repository that declares */
    declared.dataset_id,
    declared.rule,
from core.training_data_by_key as declared
join core.models using (model_key)
