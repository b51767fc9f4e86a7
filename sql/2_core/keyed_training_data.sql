-- grain: model_key, dataset_id
-- view: an old name
-- The name that core.training_data_by_key had before; kept for queries that name it. As stored; read core.training_data.
from core.training_data_by_key
