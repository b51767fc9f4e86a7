-- grain: model_key
-- Base models that no source names, declared or curated, with keys beyond those of core.models.
select
    base_model_key as model_key, /* stands for it in stored tables of this generation */
    base_model_id as model_id, /* as it is declared */
from core.parents
where not is_known
order by model_key
