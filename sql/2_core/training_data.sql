-- grain: model_id, dataset_id
-- view of core.keyed_training_data
-- Training data as declared in tags and model cards.
select
    models.model_id, /* repository that declares */
    declared.dataset_id,
    declared.rule,
from core.keyed_training_data as declared
join core.models using (model_key)
