-- grain: model_id
-- view of core.openness_by_key
-- How openly a model is declared, in five parts, each NULL where no source that could state it holds the model; no part says that a claim holds.
select
    models.model_id, /* repository */
    declared.has_open_weights,
    declared.has_open_license,
    declared.has_training_data,
    declared.has_paper,
    declared.has_known_base,
    declared.openness,
    declared.known_parts,
from core.openness_by_key as declared
join core.models using (model_key)
