-- grain: appeared_on
-- Each model that scored more than every model before it, by the day when it appeared, whatever the unit: of the range all, of before
-- it the last, with is_before. A pending result of an official benchmark sets no record, an undated model has no place.
with best as (
    select appeared_on, max(score) as score, min_by({'model_id': model_id, 'type': type}, {'loss': -score, 'model_id': model_id}) as model
    from marts.best_scores_by_day_type_and_size
    where dataset = $dataset
        and benchmark = $benchmark
        and appeared_on <= $end
        and type != 'pending'
        and is_of_size($sizes, $at_most_b, size, nominal_b)
    group by all
),
records as (
    select *, appeared_on < $start as is_before
    from best
    qualify score > coalesce(max(score) over (order by appeared_on rows between unbounded preceding and 1 preceding), '-inf'::double)
)
select
    appeared_on,
    score,
    model.model_id as model_id,
    model.type as type,
    is_before,
from records
qualify not is_before or row_number() over (partition by is_before order by appeared_on desc) = 1
order by appeared_on
