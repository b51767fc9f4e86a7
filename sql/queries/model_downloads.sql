-- grain: model_id
-- How often one model was downloaded in the 30 days before the snapshot; NULL is unknown.
select model_id, downloads_30d
from core.models
where model_key = $model_key
order by model_id
