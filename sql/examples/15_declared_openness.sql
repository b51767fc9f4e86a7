-- How openly are the models that are used most declared?
-- grain: model_id
-- The five parts of declared openness: what is declared, not whether it holds. A part that is NULL is not known.
select
    model_id,
    models.downloads_30d,
    models.license,
    openness,
    known_parts,
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
