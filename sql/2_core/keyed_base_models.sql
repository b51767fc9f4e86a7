-- grain: model_key, base_model_key
-- view: an old name
-- The name that core.base_models_by_key had before; kept for queries that name it. As stored; read core.base_models.
from core.base_models_by_key
