-- New models per period, by architecture. One row per period and architecture of the dataset.
with axis as (
    select period, last_day, is_open or period < $start or last_day > $end as is_incomplete, is_filling
    from marts.periods
    where dataset = $dataset and unit = $unit and last_day >= $start and period <= $end
),
counted as (
    select architecture, date_trunc($unit, appeared_on)::date as period, sum(models)::bigint as models
    from marts.models_by_day_type_architecture_and_size
    where dataset = $dataset
        and appeared_on between $start and $end
        and     (len($sizes) = 0 or list_contains($sizes, size))
        and (
            $dataset != 'hub'
            or (
                (is_text_generation or not $text_generation)
                and (not is_derived or not $hide_derived)
                and (is_downloaded or not $downloaded)
            )
        )
    group by all
),
known as (
    select architectures.architecture, architectures.rank, sum(counted.models)::bigint as architecture_models
    from counted
    join core.architectures using (architecture)
    group by all
)
select
    axis.period,
    axis.last_day,
    known.architecture,
    coalesce(counted.models, 0) as models,
    known.architecture_models,
    sum(coalesce(counted.models, 0)) over (partition by axis.period)::bigint as total,
    not axis.is_incomplete as is_complete,
    axis.is_filling,
from axis
cross join known
left join counted using (period, architecture)
order by axis.period, known.rank
