-- grain: dataset, base_model_id
-- stored
-- Base models that can be asked about on each leaderboard: the curated ones, and every other evaluated model that is no merge and has at least twenty evaluated derivatives (on an official benchmark: one).
with counted as (
    select derivatives.dataset, models.model_id as base_model_id, derivatives.derivatives
    from (select dataset, base_key, count(*) as derivatives from marts.derivatives group by all) as derivatives
    join core.models on models.model_key = derivatives.base_key
),
wanted as (
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
evaluations as (
    select evaluated.leaderboard, models.model_id, submissions.score, evaluated.folded
    from core.keyed_evaluations as evaluated
    join core.models using (model_key)
    join core.keyed_submissions as submissions using (leaderboard, evaluation_id)
    semi join wanted on wanted.base_model_id = models.model_id
),
instruct as (
    select
        owned.base_model_id,
        models.dataset,
        list({'model_key': models.model_key, 'scores': models.scores} order by models.model_key) as evaluated,
    from (select model_id as base_model_id, unnest(owner_instruct_ids) as model_id from core.curated_bases) as owned
    join marts.evaluated_models as models using (model_id)
    group by all
)
select
    wanted.dataset, /* v1, v2 or the id of an official benchmark */
    wanted.base_model_id, /* base model */
    models.model_key, /* stands for it in this generation; NULL where no source names it */
    coalesce(curated_bases.label, wanted.base_model_id) as label, /* as shown */
    coalesce(curated_bases.family, '') as family, /* family, where curated */
    case wanted.dataset when 'v1' then coalesce(curated_bases.is_default_v1, false) when 'v2' then coalesce(curated_bases.is_default_v2, false) else coalesce(counted.derivatives, 0) > 0 end as is_default, /* chosen at first: a curated choice on v1 and v2, on an official benchmark what has derivatives there */
    coalesce(curated_bases.released_on, models.appeared_at::date) as released_on, /* day zero of its ladder */
    if(curated_bases.released_on is not null, 'curated release date', models.appeared_rule) as released_rule, /* how that day is known */
    evaluations.score, /* its own score, 0..100 */
    evaluated.scores, /* that, then each benchmark in the order of core.benchmarks, 0..100 */
    evaluations.folded, /* its other evaluations */
    coalesce(curated_bases.owner_instruct_ids, []) as owner_instruct_ids, /* the owner's own instruct models */
    coalesce(instruct.evaluated, []) as owner_instructs, /* those of them that are evaluated here, with their scores as in marts.evaluated_models */
    coalesce(counted.derivatives, 0) as derivatives, /* evaluated derivatives */
    case
        when evaluations.model_id is null then 'no evaluation of its own on this leaderboard'
        when evaluations.score is null then 'its own evaluation has no score'
        when coalesce(curated_bases.released_on, models.appeared_at::date) is null then 'its own release is undated'
    end as unavailable, /* why it cannot be chosen; NULL where it can */
    row_number() over (
        partition by wanted.dataset
        order by curated_bases.released_on nulls last, curated_bases.base_id nulls last, derivatives desc, wanted.base_model_id
    ) as rank, /* reading order */
from wanted
left join core.curated_bases on curated_bases.model_id = wanted.base_model_id
left join core.models on models.model_id = wanted.base_model_id
left join evaluations on evaluations.model_id = wanted.base_model_id and evaluations.leaderboard = wanted.dataset
left join counted on counted.dataset = wanted.dataset and counted.base_model_id = wanted.base_model_id
left join instruct on instruct.base_model_id = wanted.base_model_id and instruct.dataset = wanted.dataset
left join marts.evaluated_models as evaluated on evaluated.model_id = wanted.base_model_id and evaluated.dataset = wanted.dataset
