-- grain: model_key, base_model_key
-- Declared base models, self-edges dropped; the relation where one was declared, and which declaration it comes from. As stored; read core.base_models.
select
    declared.model_key, /* repository that declares */
    parents.base_model_key, /* repository that it names; in core.unknown_parents where no source names it */
    arg_min(declared.relation, list_position(['merge', 'quantized', 'adapter', 'finetune'], declared.relation)) as relation, /* merge, quantized, adapter or finetune, the first of these that was declared; NULL where none was */
    arg_min(declared.rule, declared.preference) as rule, /* which declaration it comes from */
    min(declared.preference) < 5 as is_declared_on_hub, /* False where only a leaderboard says so */
from core.declared_bases as declared
join core.parents using (base_model_id)
where parents.base_model_key != declared.model_key
group by declared.model_key, parents.base_model_key
order by declared.model_key, parents.base_model_key
