-- grain: model_key
-- The five parts of declared openness of one model; NULL: not known.
select model_key, has_open_weights, has_open_license, has_training_data, has_paper, has_known_base, openness, known_parts
from core.openness_by_key
where model_key = $model_key
