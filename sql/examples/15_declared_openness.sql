-- How openly are the models that are used most declared?
-- grain: model_id
-- The five parts of declared openness: what is declared, not whether it holds. Where has_open_weights is NULL, four of them are known.
select
    model_id,
    models.downloads_30d,
    models.license,
    openness,
    has_open_weights,
    has_open_license,
    has_training_data,
    has_paper,
    has_known_base,
from core.models
join core.openness using (model_id)
where models.is_listed
order by models.downloads_30d desc nulls last, model_id
limit 100
