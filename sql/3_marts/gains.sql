-- grain: dataset, basis, model_key
-- stored
-- Every evaluated model with the one base that it is compared with, or the reason why there is none. Two bases are asked about: the
-- nearest that it declares, and its nearest ancestor that is evaluated as pretrained and is no merge (on an official benchmark: one that declares no base).
-- A base that is not evaluated under its own name stands for its owner's other repository of the same weights, as in marts.bases.
with represented as (
    select dataset, model_key as base_key, model_key as evaluated_key from marts.evaluated_models
    union all
    select bases.dataset, bases.model_key, bases.evaluated_key
    from marts.bases
    anti join marts.evaluated_models as evaluated on evaluated.dataset = bases.dataset and evaluated.model_key = bases.model_key
    where bases.model_key is not null and bases.evaluated_key is not null
),
ancestors as (
    select
        models.dataset,
        models.model_key,
        lineage.distance,
        represented.evaluated_key,
        coalesce(
            (base.type = 'pretrained' and not base.is_merge)
            or (base.type in ('verified', 'reported', 'pending') and named.relation = 'none declared'),
            false
        ) as is_pretrained,
    from marts.evaluated_models as models
    join core.lineage_by_key as lineage using (model_key)
    left join represented on represented.dataset = models.dataset and represented.base_key = lineage.ancestor_key and represented.evaluated_key != models.model_key
    left join marts.evaluated_models as base on base.dataset = represented.dataset and base.model_key = represented.evaluated_key
    left join core.models as named on named.model_key = represented.evaluated_key
),
nearest_pretrained as (
    select dataset, model_key, min(distance) as distance from ancestors where is_pretrained group by dataset, model_key
),
bases as (
    select
        dataset,
        'declared' as basis,
        model_key,
        count(*) as bases,
        min(evaluated_key) as base_key,
        1 as distance,
    from ancestors
    where distance = 1
    group by dataset, model_key
    union all
    select
        ancestors.dataset,
        'pretrained' as basis,
        ancestors.model_key,
        count(distinct ancestors.evaluated_key) filter (ancestors.is_pretrained and ancestors.distance = nearest.distance) as bases,
        min(ancestors.evaluated_key) filter (ancestors.is_pretrained and ancestors.distance = nearest.distance) as base_key,
        min(nearest.distance) as distance,
    from ancestors
    left join nearest_pretrained as nearest using (dataset, model_key)
    group by ancestors.dataset, ancestors.model_key
),
disputed as (
    select distinct dataset, model_key from marts.disputed_models where fact = 'base model'
),
-- Leaderboard v1 cuts sizes to whole billions: there 2 stands for all from 2 to 3.
sizes as (
    select model_key, parameters_b, parameters_b + (parameters_rule = 'leaderboard v1')::int as most_b
    from core.models
    where parameters_b is not null
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
        models.scores,
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
        models.scores,
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
        when (sizes.most_b / base_sizes.parameters_b < 0.8 or sizes.parameters_b / base_sizes.most_b > 1.25)
            and compared.nominal_b / base.nominal_b not between 0.8 and 1.25 then 're-sized'
    end as reason, /* why it is compared with no base, the first of these that holds; NULL: it is compared */
    compared.owner_place, /* place of its owner in marts.evaluated_models */
    compared.type, /* declared type */
    compared.size, /* size class */
    compared.nominal_b, /* size as people call it, billions */
    compared.sample_bucket, /* from 0 to 65535, fixed by the name */
    if(compared.base_key is null, null, compared.scores) as scores, /* its scores, as in marts.evaluated_models; NULL without a base */
    base.scores as base_scores, /* those of the base */
from compared
left join marts.evaluated_models as base on base.dataset = compared.dataset and base.model_key = compared.base_key
left join sizes on sizes.model_key = compared.model_key
left join sizes as base_sizes on base_sizes.model_key = compared.base_key
left join disputed on disputed.dataset = compared.dataset and disputed.model_key = compared.model_key
order by compared.dataset, compared.basis, compared.base_key nulls last, compared.model_key
