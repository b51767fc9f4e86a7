-- grain: period, type
-- Per period and type: the best model, what is best so far, new models and all up to then. One row per period and type; where
-- types are chosen, the others stand together as "not drawn", without a best model. What is best so far is of all types.
-- What is best so far stands on every score of the range and before, incomplete periods too, but for pending results of an official benchmark. Models of the floor existed before: they count from the start.
with axis as (
    from period_axis($dataset, $unit, $start, $end)
),
drawn as (
    select if(is_chosen($types, types.type), types.type, 'not drawn') as type, min(if(is_chosen($types, types.type), types.rank, 999)) as rank
    from core.types
    join core.datasets on datasets.kind = types.dataset_kind
    where datasets.dataset = $dataset
    group by all
),
measured as (
    select
        appeared_on,
        date_trunc($unit, appeared_on)::date as period,
        if(is_chosen($types, type), type, 'not drawn') as type,
        type != 'pending' as is_counting,
        score,
        model_id,
        models,
    from marts.best_scores_by_day_type_and_size
    where dataset = $dataset
        and benchmark = $benchmark
        and appeared_on <= $end
        and is_of_size($sizes, $at_most_b, size, nominal_b)
),
best as (
    select
        period,
        type,
        max(score) as score,
        max(score) filter (is_counting) as counting,
        arg_max({'model_id': model_id, 'appeared_on': appeared_on}, {'score': score, 'earlier': -epoch(appeared_on), 'model_id': model_id}) as model,
        sum(models)::bigint as scored,
    from measured
    where appeared_on >= $start
    group by all
),
before as (
    select type, max(score) filter (is_counting) as counting from measured where appeared_on < $start group by type
),
appeared as (
    select appeared_on, appeared_rule, if(is_chosen($types, type), type, 'not drawn') as type, models
    from marts.model_counts_by_type
    where dataset = $dataset
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
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
        drawn.type,
        drawn.rank,
        best.score,
        best.model.model_id as model_id,
        best.model.appeared_on as appeared_on,
        coalesce(best.scored, 0) as scored,
        coalesce(fresh.models, 0) as models,
        coalesce(opening.models, 0) as opening,
        before.counting as counting_before,
        best.counting,
    from axis
    cross join drawn
    left join best using (period, type)
    left join fresh using (period, type)
    left join opening using (type)
    left join before using (type)
)
select
    period,
    last_day,
    type,
    if(type = 'not drawn', null, score) as score,
    if(type = 'not drawn', null, model_id) as model_id,
    if(type = 'not drawn', null, appeared_on) as appeared_on,
    scored,
    models,
    (opening + sum(models) over of_type)::bigint as cumulative,
    if(type = 'not drawn', null, greatest(counting_before, max(counting) over of_type)) as best_of_type,
    greatest((select max(counting) from before), max(counting) over (order by period range between unbounded preceding and current row)) as best_so_far,
    not is_incomplete as is_complete,
    is_filling,
    is_missing_late_submissions,
from joined
window of_type as (partition by type order by period)
order by period, rank
