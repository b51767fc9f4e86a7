-- grain: model_id, base_model_id
-- view of core.keyed_base_models
-- Declared base models, self-edges dropped; the relation where one was declared, and which declaration it comes from.
select
    models.model_id, /* repository that declares */
    coalesce(bases.model_id, unknown_parents.model_id) as base_model_id, /* repository that it names, as it names it */
    declared.relation, /* merge, quantized, adapter or finetune, the first of these that was declared; NULL where none was */
    declared.rule, /* which declaration it comes from */
    declared.is_declared_on_hub, /* False where only a leaderboard says so */
    bases.model_id is not null as is_known, /* False: an unknown parent, kept visible */
from core.keyed_base_models as declared
join core.models using (model_key)
left join core.models as bases on bases.model_key = declared.base_model_key
left join core.unknown_parents on unknown_parents.model_key = declared.base_model_key
