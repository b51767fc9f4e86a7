-- grain: dataset, base_model_id
-- Bases of the base-model view on which one model stands: itself, or as a derivative of theirs.
select
    bases.dataset,
    bases.base_model_id,
    bases.label,
    coalesce(bases.model_key = $model_key, false) as is_itself,
    bases.unavailable,
    derivatives.is_resized,
from marts.bases
left join marts.derivatives on derivatives.dataset = bases.dataset and derivatives.base_key = bases.model_key and derivatives.model_key = $model_key
where bases.model_key = $model_key or derivatives.model_key is not null
order by bases.dataset, bases.base_model_id
