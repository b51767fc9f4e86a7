-- grain: model_id
-- A base model that is only named in declarations of others: no source lists it.
select model_id, model_key
from core.unknown_parents
where lower(model_id) = lower($name) and not starts_with(model_id, 'left-out/')
order by model_id = $name desc, model_id
