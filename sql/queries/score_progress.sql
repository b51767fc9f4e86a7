-- grain: period, type
-- Per period and type: the best model, what is best so far, new models and all up to then. One row per period and type.
-- What is best so far stands on every score of the range and before, incomplete periods too, but for pending results of an official benchmark. Models of the floor existed before: they count from the start.
with axis as (
    from period_axis($dataset, $unit, $start, $end)
),
chosen as (
    select types.type, types.rank
    from core.types
    join core.datasets on datasets.kind = types.dataset_kind
    where datasets.dataset = $dataset and is_chosen($types, types.type)
),
measured as (
    select appeared_on, date_trunc($unit, appeared_on)::date as period, type, score, model_id, models
    from marts.best_scores_by_day_type_and_size
    semi join chosen using (type)
    where dataset = $dataset
        and benchmark = $benchmark
        and appeared_on <= $end
        and is_chosen($sizes, size)
),
best as (
    select
        period,
        type,
        max(score) as score,
        arg_max({'model_id': model_id, 'appeared_on': appeared_on}, {'score': score, 'earlier': -epoch(appeared_on), 'model_id': model_id}) as model,
        sum(models)::bigint as scored,
    from measured
    where appeared_on >= $start
    group by all
),
before as (
    select type, max(score) as score from measured where appeared_on < $start group by type
),
appeared as (
    select appeared_on, appeared_rule, type, models
    from marts.model_counts_by_type
    semi join chosen using (type)
    where dataset = $dataset
        and passes_filters($dataset, $sizes, $text_generation, $hide_derived, $downloaded, size, is_text_generation, is_derived, is_downloaded)
),
opening as (
    select type, sum(models)::bigint as models
    from appeared
    where appeared_on < $start or appeared_rule in ('undated: createdAt floor', 'undated: upload floor')
    group by type
),
fresh as (
    select date_trunc($unit, appeared_on)::date as period, type, sum(models)::bigint as models
    from appeared
    where appeared_on between $start and $end
    group by all
),
joined as (
    select
        axis.*,
        chosen.type,
        chosen.rank,
        best.score,
        best.model.model_id as model_id,
        best.model.appeared_on as appeared_on,
        coalesce(best.scored, 0) as scored,
        coalesce(fresh.models, 0) as models,
        coalesce(opening.models, 0) as opening,
        before.score as score_before,
        if(chosen.type = 'pending', null, best.score) as counting,
    from axis
    cross join chosen
    left join best using (period, type)
    left join fresh using (period, type)
    left join opening using (type)
    left join before using (type)
)
select
    period,
    last_day,
    type,
    score,
    model_id,
    appeared_on,
    scored,
    models,
    (opening + sum(models) over of_type)::bigint as cumulative,
    greatest(score_before, max(counting) over of_type) as best_of_type,
    greatest((select max(score) from before where type != 'pending'), max(counting) over (order by period range between unbounded preceding and current row)) as best_so_far,
    not is_incomplete as is_complete,
    is_filling,
    is_missing_late_submissions,
from joined
window of_type as (partition by type order by period)
order by period, rank
