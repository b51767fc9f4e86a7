-- New models per period and architecture, their change against the period before (day: the same weekday a week before), and
-- against the mean over the named architectures that have appeared so far. One row per period and architecture of the dataset.
with axis as (
    select period, last_day, is_open or period < $start or last_day > $end as is_incomplete, is_filling
    from marts.periods
    where dataset = $dataset and unit = $unit and last_day >= $start and period <= $end
),
kept as (
    select architecture, appeared_on, models
    from marts.models_by_day_type_architecture_and_size
    where dataset = $dataset
        and appeared_on <= $end
        and     (len($sizes) = 0 or list_contains($sizes, size))
        and (
            $dataset != 'hub'
            or (
                (is_text_generation or not $text_generation)
                and (not is_derived or not $hide_derived)
                and (is_downloaded or not $downloaded)
            )
        )
),
known as (
    select kept.architecture, min(appeared_on) as first_on, any_value(rank) as rank, any_value(kept.architecture) not in ('Other', 'Unknown') as has_name
    from kept
    join core.architectures using (architecture)
    group by kept.architecture
),
counted as (
    select architecture, date_trunc($unit, appeared_on)::date as period, sum(models)::bigint as models
    from kept
    where appeared_on >= $start
    group by all
),
gridded as (
    select
        axis.*,
        known.architecture,
        known.rank,
        coalesce(counted.models, 0) as models,
        is_incomplete or is_filling as is_uncertain,
        sum(models) filter (known.has_name and known.first_on <= axis.last_day) over in_period as named_models,
        count(*) filter (known.has_name and known.first_on <= axis.last_day) over in_period as named,
        sum(models) over in_period as total,
    from axis
    cross join known
    left join counted using (period, architecture)
    window in_period as (partition by axis.period)
),
compared as (
    select
        *,
        named_models / named as mean,
        if($unit = 'day', lag(models, 7) over of_architecture, lag(models) over of_architecture) as models_before,
        if($unit = 'day', lag(is_uncertain, 7) over of_architecture, lag(is_uncertain) over of_architecture) as was_uncertain,
    from gridded
    window of_architecture as (partition by architecture order by period)
)
select
    period,
    last_day,
    architecture,
    models,
    total::bigint as total,
    models_before,
    if(is_uncertain or was_uncertain, null, models - models_before) as change,
    if(is_uncertain or was_uncertain or models = 0 or models_before = 0, null, log2(models / models_before)) as log2_change,
    mean,
    if(is_uncertain, null, models - mean) as above_mean,
    if(is_uncertain or models = 0 or mean = 0, null, log2(models / mean)) as log2_above_mean,
    not is_incomplete as is_complete,
    is_filling,
from compared
order by period, rank
