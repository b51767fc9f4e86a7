select model_key, list(model_id) as model_ids
from (
    select model_key, model_id from core.models
    union all
    select model_key, model_id from core.unknown_parents
)
where model_key in (
    select model_key
    from (select model_key from core.models union all select model_key from core.unknown_parents)
    group by model_key
    having count(*) > 1
)
group by model_key
