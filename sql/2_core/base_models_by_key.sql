-- grain: model_key, base_model_key
-- Base models as they are used: as declared, or the release's repository that a declaration must have meant, and an owner's own instruct model under its base. As stored; read core.base_models.
with curated as (
    select instruct.base_model_key as model_key, base.base_model_key
    from (select unnest(owner_instruct_ids) as instruct_id, model_id from core.curated_bases) as owned
    join core.parents as instruct on instruct.base_model_id = owned.instruct_id and instruct.is_known
    join core.parents as base on base.base_model_id = owned.model_id
    where instruct.base_model_key != base.base_model_key
),
-- Few models are affected: only theirs are computed again.
affected as (
    select model_key from curated
    union
    select model_key from core.replaced_bases
),
changed as (
    select
        declared.model_key,
        coalesce(replaced.used_base_key, declared.base_model_key) as base_model_key,
        declared.relation,
        if(replaced.used_base_key is null, declared.rule, declared.rule || '; ' || replaced.rule) as rule,
        declared.is_declared_on_hub,
        replaced.base_model_key as declared_base_key,
        1 as preference,
    from (from core.declared_edges semi join affected using (model_key)) as declared
    left join core.replaced_bases as replaced using (model_key, base_model_key)
    union all
    select model_key, base_model_key, 'finetune', 'curated: the owner''s own instruct model', false, null, 2 from curated
),
used as (
    select model_key, base_model_key, relation, rule, is_declared_on_hub, null::int as declared_base_key
    from core.declared_edges
    anti join affected using (model_key)
    union all
    select
        model_key,
        base_model_key,
        arg_min_null(relation, preference),
        arg_min(rule, preference),
        bool_or(is_declared_on_hub),
        max(declared_base_key),
    from changed
    group by model_key, base_model_key
)
select
    model_key, /* repository that declares */
    base_model_key, /* its base; in core.unknown_parents where no source names it */
    relation, /* merge, quantized, adapter or finetune, the first of these that was declared; NULL where none was */
    rule, /* which declaration it comes from, and why another base is used than it names */
    is_declared_on_hub, /* False where only a leaderboard says so, or nobody does */
    declared_base_key, /* the base that was declared, where another is used; see core.disputes */
from used
order by model_key, base_model_key
