-- grain: model_key
-- Base models that no source names, declared or curated, with keys that none of core.models has.
select distinct
    base_model_key as model_key, /* stands for it in stored tables, in every generation of this warehouse */
    model_id, /* as it is declared most often */
from core.parents
where not is_known
order by model_key
