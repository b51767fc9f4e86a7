-- grain: model_key, base_model_key
-- Base models as they are used: as declared, or the release's repository that a declaration must have meant, and an owner's own instruct model under its base. As stored; read core.base_models.
with used as (
    select
        declared.model_key,
        coalesce(replaced.used_base_key, declared.base_model_key) as base_model_key,
        declared.relation,
        if(replaced.used_base_key is null, declared.rule, declared.rule || '; ' || replaced.rule) as rule,
        declared.is_declared_on_hub,
        replaced.base_model_key as declared_base_key,
        1 as preference,
    from core.declared_edges as declared
    left join core.replaced_bases as replaced using (model_key, base_model_key)
    union all
    select
        repositories.model_key,
        parents.base_model_key,
        'finetune',
        'curated: the owner''s own instruct model',
        false,
        null,
        2,
    from (select unnest(owner_instruct_ids) as instruct_id, model_id from core.curated_bases) as owned
    join core.repositories on lower(repositories.model_id) = lower(owned.instruct_id)
    join core.parents on parents.base_model_id = owned.model_id
    where repositories.model_key != parents.base_model_key
)
select
    model_key, /* repository that declares */
    base_model_key, /* its base; in core.unknown_parents where no source names it */
    arg_min_null(relation, preference) as relation, /* merge, quantized, adapter or finetune, the first of these that was declared; NULL where none was */
    arg_min(rule, preference) as rule, /* which declaration it comes from, and why another base is used than it names */
    bool_or(is_declared_on_hub) as is_declared_on_hub, /* False where only a leaderboard says so, or nobody does */
    any_value(declared_base_key) as declared_base_key, /* the base that was declared, where another is used; see core.disputes */
from used
group by model_key, base_model_key
order by model_key, base_model_key
