-- grain: dataset, base_model_id
-- stored
-- Base models that can be asked about on each leaderboard: the curated ones, and every other evaluated model that is no merge and has at least twenty evaluated derivatives (on an official benchmark: one).
with counted as (
    select derivatives.dataset, models.model_id as base_model_id, derivatives.derivatives
    from (select dataset, base_key, count(*) as derivatives from marts.derivatives group by all) as derivatives
    join (select model_key, model_id from core.models union all select model_key, model_id from core.unknown_parents) as models on models.model_key = derivatives.base_key
),
needed as (
    select datasets.dataset, curated_bases.model_id as base_model_id
    from core.datasets
    cross join core.curated_bases
    where datasets.kind = 'leaderboard'
    union
    select evaluated.dataset, curated_bases.model_id
    from core.datasets
    join marts.evaluated_models as evaluated using (dataset)
    join core.curated_bases using (model_id)
    where datasets.kind = 'benchmark'
    union
    select counted.dataset, counted.base_model_id
    from counted
    join marts.evaluated_models as models on models.dataset = counted.dataset and models.model_id = counted.base_model_id
    join core.datasets on datasets.dataset = counted.dataset
    where counted.derivatives >= if(datasets.kind = 'benchmark', 1, 20) and not models.is_merge and models.type != 'merge'
),
-- Where a base is not evaluated under its own name, its owner's other repository of the same weights stands for it: a renamed one.
representatives as (
    select needed.dataset, needed.base_model_id, arg_min(evaluated.model_id, named.preference) as model_id
    from needed
    join (
        select model_id as base_model_id, model_id, 0 as preference from core.curated_bases
        union all
        select model_id, unnest(alias_ids), generate_subscripts(alias_ids, 1) from core.curated_bases
        union all
        select base_model_id, base_model_id, 0 from needed where base_model_id not in (select model_id from core.curated_bases)
    ) as named using (base_model_id)
    join marts.evaluated_models as evaluated on evaluated.dataset = needed.dataset and evaluated.model_id = named.model_id
    where split_part(named.model_id, '/', 1) = split_part(needed.base_model_id, '/', 1)
    group by needed.dataset, needed.base_model_id
),
evaluations as (
    select representatives.dataset, representatives.base_model_id, representatives.model_id, chosen.model_key, submissions.score, chosen.folded
    from representatives
    join core.models using (model_id)
    join core.evaluations_by_key as chosen on chosen.leaderboard = representatives.dataset and chosen.model_key = models.model_key
    join core.submissions_by_key as submissions on submissions.leaderboard = chosen.leaderboard and submissions.evaluation_id = chosen.evaluation_id
),
instruct as (
    select
        owned.base_model_id,
        models.dataset,
        list({'model_key': models.model_key, 'scores': models.scores} order by models.model_id) as evaluated,
    from (select model_id as base_model_id, unnest(owner_instruct_ids) as model_id from core.curated_bases) as owned
    join marts.evaluated_models as models using (model_id)
    group by all
)
select
    needed.dataset, /* v1, v2 or the id of an official benchmark */
    needed.base_model_id, /* base model */
    coalesce(models.model_key, unknown_parents.model_key) as model_key, /* stands for it in this warehouse; NULL where nobody names it */
    evaluations.model_key as evaluated_key, /* the repository whose evaluation stands for it: itself, or its owner's other one of the same weights */
    coalesce(curated_bases.label, needed.base_model_id) as label, /* as shown */
    coalesce(curated_bases.family, '') as family, /* family, where curated */
    case needed.dataset when 'v1' then coalesce(curated_bases.is_default_v1, false) when 'v2' then coalesce(curated_bases.is_default_v2, false) else coalesce(counted.derivatives, 0) > 0 end as is_default, /* chosen at first: a curated choice on v1 and v2, on an official benchmark what has derivatives there */
    coalesce(curated_bases.released_on, models.appeared_at::date) as released_on, /* day zero of its ladder */
    if(curated_bases.released_on is not null, 'curated release date', models.appeared_rule) as released_rule, /* how that day is known */
    evaluations.score, /* its own score, 0..100 */
    evaluated.scores, /* that, then each benchmark in the order of core.benchmarks, 0..100 */
    evaluations.folded,
    coalesce(curated_bases.owner_instruct_ids, []) as owner_instruct_ids, /* the owner's own instruct models */
    coalesce(instruct.evaluated, []) as owner_instructs, /* those of them that are evaluated here, with their scores as in marts.evaluated_models */
    coalesce(counted.derivatives, 0) as derivatives, /* evaluated derivatives */
    case
        when evaluations.base_model_id is null then 'no evaluation of its own on this leaderboard'
        when evaluations.score is null then 'its own evaluation has no score'
        when coalesce(curated_bases.released_on, models.appeared_at::date) is null then 'its own release is undated'
    end as unavailable, /* why it cannot be chosen; NULL where it can */
    row_number() over (
        partition by needed.dataset
        order by curated_bases.released_on nulls last, curated_bases.base_id nulls last, derivatives desc, needed.base_model_id
    ) as rank, /* reading order */
from needed
left join core.curated_bases on curated_bases.model_id = needed.base_model_id
left join core.models on models.model_id = needed.base_model_id
left join core.unknown_parents on unknown_parents.model_id = needed.base_model_id
left join evaluations on evaluations.base_model_id = needed.base_model_id and evaluations.dataset = needed.dataset
left join counted on counted.dataset = needed.dataset and counted.base_model_id = needed.base_model_id
left join instruct on instruct.base_model_id = needed.base_model_id and instruct.dataset = needed.dataset
left join marts.evaluated_models as evaluated on evaluated.model_key = evaluations.model_key and evaluated.dataset = needed.dataset
