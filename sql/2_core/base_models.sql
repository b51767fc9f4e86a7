-- grain: model_id, base_model_id
-- view of core.base_models_by_key
-- Base models as they are used: as declared, or the release's repository that a declaration must have meant, and an owner's own instruct model under its base.
select
    models.model_id, /* repository that declares */
    coalesce(bases.model_id, unknown_parents.model_id) as base_model_id, /* its base, as the Hub lists it; an unknown one as it is declared most often */
    declared.relation,
    declared.rule,
    declared.is_declared_on_hub,
    bases.model_id is not null as is_known, /* False: an unknown parent, kept visible */
from core.base_models_by_key as declared
join core.models using (model_key)
left join core.models as bases on bases.model_key = declared.base_model_key
left join core.unknown_parents on unknown_parents.model_key = declared.base_model_key
