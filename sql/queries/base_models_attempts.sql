-- grain: base_model_id, attempts
-- Each record over a base's own score by how many dated derivatives had appeared up to its day, that day's included; and a last row per
-- base with all of them. Derivatives of one day are in no order, so that the number is the largest that it can be.
with dated as (
    select *
    from nearest_derivatives($dataset, $benchmark, $bases, $merges, $resized, $sizes, $at_most_b)
    where appeared_on between greatest($start::date, released_on) and $end::date
),
days as (
    select base_model_id, label, rank, appeared_on, count(*) as models, max(gain) as gain
    from dated
    group by all
),
counted as (
    select
        *,
        sum(models) over up_to as attempts,
        greatest(max(gain) over up_to, 0) as best_gain,
        coalesce(max(gain) over (partition by base_model_id order by appeared_on rows between unbounded preceding and 1 preceding), 0) as best_before,
        row_number() over (partition by base_model_id order by appeared_on desc) as days_from_last,
    from days
    window up_to as (partition by base_model_id order by appeared_on)
),
best as (
    select dated.base_model_id, dated.appeared_on, dated.gain, min(models.model_id) as model_id
    from dated
    join core.models using (model_key)
    group by all
)
select
    counted.base_model_id,
    counted.label,
    counted.attempts::bigint as attempts,
    counted.best_gain as gain,
    counted.gain > greatest(counted.best_before, 0) as is_record,
    if(is_record, best.model_id, null) as model_id,
    if(is_record, counted.appeared_on, null) as appeared_on,
from counted
join best using (base_model_id, appeared_on, gain)
where counted.gain > greatest(counted.best_before, 0) or counted.days_from_last = 1
order by counted.rank, attempts
