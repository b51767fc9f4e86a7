-- grain: model_key, base_model_key
-- scratch
-- Declared base models, self-edges dropped; the relation where one was declared, and which declaration it comes from.
select
    declared.model_key,
    parents.base_model_key,
    arg_min(declared.relation, list_position(['merge', 'quantized', 'adapter', 'finetune'], declared.relation)) as relation,
    arg_min(declared.rule, declared.preference) as rule,
    min(declared.preference) < 5 as is_declared_on_hub,
from core.declared_bases as declared
join core.parents using (base_model_id)
where parents.base_model_key != declared.model_key
group by declared.model_key, parents.base_model_key
