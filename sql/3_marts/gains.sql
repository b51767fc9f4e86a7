-- grain: dataset, basis, model_key
-- stored
-- Every evaluated model with the one base that it is compared with, or the reason why there is none. Two bases are asked about: the
-- nearest that it declares, and its nearest ancestor that is evaluated as pretrained and is no merge (on an official benchmark: one that declares no base).
-- A base that is not evaluated under its own name stands for its owner's other repository of the same weights, as in marts.bases.
with evaluated as (
    select
        models.dataset,
        models.model_key,
        coalesce(
            (models.type = 'pretrained' and not models.is_merge)
            or (models.type in ('verified', 'reported', 'pending') and named.relation = 'none declared'),
            false
        ) as is_pretrained,
        models.parameters_b,
        -- leaderboard v1 cuts sizes to whole billions: there 2 stands for all from 2 to 3
        models.parameters_b + (named.parameters_rule = 'leaderboard v1')::int as most_b,
        models.nominal_b,
        models.scores,
    from marts.evaluated_models as models
    join core.models as named using (model_key)
),
represented as (
    select dataset, model_key as base_key, model_key as evaluated_key, is_pretrained from evaluated
    union all
    select bases.dataset, bases.model_key, bases.evaluated_key, evaluated.is_pretrained
    from marts.bases
    join evaluated on evaluated.dataset = bases.dataset and evaluated.model_key = bases.evaluated_key
    where bases.model_key is distinct from bases.evaluated_key
        and bases.model_key is not null
        and bases.model_key not in (select model_key from evaluated where evaluated.dataset = bases.dataset)
),
declared as (
    select
        models.dataset,
        models.model_key,
        count(*) as bases,
        min(represented.evaluated_key) as base_key,
    from evaluated as models
    join core.lineage_by_key as lineage on lineage.model_key = models.model_key and lineage.distance = 1
    left join represented on represented.dataset = models.dataset and represented.base_key = lineage.ancestor_key and represented.evaluated_key != models.model_key
    group by models.dataset, models.model_key
),
ancestors as (
    select models.dataset, models.model_key, represented.evaluated_key, min(lineage.distance) as distance
    from evaluated as models
    join core.lineage_by_key as lineage using (model_key)
    join represented on represented.dataset = models.dataset and represented.base_key = lineage.ancestor_key and represented.evaluated_key != models.model_key
    where represented.is_pretrained
    group by models.dataset, models.model_key, represented.evaluated_key
),
nearest as (
    select *
    from ancestors
    qualify distance = min(distance) over (partition by dataset, model_key)
),
pretrained as (
    select dataset, model_key, min(distance) as distance, min(evaluated_key) as base_key, count(*) as bases
    from nearest
    group by dataset, model_key
),
bases as (
    select dataset, 'declared' as basis, model_key, bases, base_key, 1 as distance
    from declared
    union all
    select declared.dataset, 'pretrained', declared.model_key, coalesce(pretrained.bases, 0), pretrained.base_key, pretrained.distance
    from declared
    left join pretrained using (dataset, model_key)
),
disputed as (
    select distinct dataset, model_key from marts.disputed_models where fact = 'base model'
),
compared as (
    select
        models.dataset,
        bases.basis,
        models.model_key,
        if(bases.bases = 1, bases.base_key, null) as base_key,
        bases.distance,
        bases.bases,
        models.owner_place,
        models.type,
        models.size,
        models.nominal_b,
        models.sample_bucket,
    from marts.evaluated_models as models
    join bases using (dataset, model_key)
    union all
    select
        models.dataset,
        undeclared.basis,
        models.model_key,
        null,
        null,
        null,
        models.owner_place,
        models.type,
        models.size,
        models.nominal_b,
        models.sample_bucket,
    from marts.evaluated_models as models
    cross join (select 'declared' as basis union all select 'pretrained') as undeclared
    anti join bases on bases.dataset = models.dataset and bases.model_key = models.model_key
)
select
    compared.dataset, /* v1, v2 or the id of an official benchmark */
    compared.basis, /* declared: the base that it declares; pretrained: its nearest ancestor that is evaluated as pretrained and is no merge */
    compared.model_key, /* evaluated model; its name is in core.models */
    compared.base_key, /* evaluated base; NULL where there is none, or more than one */
    compared.distance, /* declarations between them, from 1 */
    case
        when compared.bases is null then 'no base'
        when compared.bases > 1 then 'several bases'
        when compared.base_key is null then 'base not evaluated'
        when disputed.model_key is not null then 'disputed base'
        when (derivative.most_b / base.parameters_b < 0.8 or derivative.parameters_b / base.most_b > 1.25)
            and derivative.nominal_b / base.nominal_b not between 0.8 and 1.25 then 're-sized'
    end as reason, /* why it is compared with no base, the first of these that holds; NULL: it is compared */
    compared.owner_place, /* place of its owner in marts.evaluated_models */
    compared.type, /* declared type */
    compared.size, /* size class */
    compared.nominal_b, /* size as people call it, billions */
    compared.sample_bucket, /* from 0 to 65535, fixed by the name */
    derivative.scores, /* its scores, as in marts.evaluated_models; NULL without a base */
    base.scores as base_scores, /* those of the base */
from compared
left join evaluated as derivative on compared.base_key is not null and derivative.dataset = compared.dataset and derivative.model_key = compared.model_key
left join evaluated as base on base.dataset = compared.dataset and base.model_key = compared.base_key
left join disputed on disputed.dataset = compared.dataset and disputed.model_key = compared.model_key
order by compared.dataset, compared.basis, compared.base_key nulls last, compared.model_key
