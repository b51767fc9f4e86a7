-- grain: period, architecture
-- New models per period and architecture, their change against the period before (day: the same weekday a week before), and
-- against the mean over the named architectures that have appeared so far, whichever are chosen; and each share of all new models.
-- One row per period and architecture: those asked for, or where none is the up to nine named ones with most new models in the range,
-- and Other.
with axis as (
    from period_axis($dataset, $unit, $start, $end)
),
filtered as (
    select architecture, appeared_on, sum(models)::bigint as models
    from marts.model_counts_by_architecture
    where dataset = $dataset
        and appeared_on <= $end
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
    group by all
),
grouped as (
    select
        architectures.architecture,
        architectures.rank,
        architectures.architecture not in ('Other', 'Unknown') as has_name,
        min(filtered.appeared_on) as first_on,
        coalesce(sum(filtered.models) filter (filtered.appeared_on >= $start), 0)::bigint as architecture_models,
    from core.architectures
    left join filtered using (architecture)
    group by all
),
chosen as (
    select *, row_number() over (order by has_name desc, architecture_models desc, rank) as position
    from grouped
    qualify if(len($architectures) = 0, architecture_models > 0 and (has_name and position <= 9 or architecture = 'Other'), list_contains($architectures, architecture))
),
counted as (
    select architecture, date_trunc($unit, appeared_on)::date as period, sum(models)::bigint as models
    from filtered
    where appeared_on >= $start
    group by all
),
totals as (
    select
        axis.*,
        coalesce(sum(counted.models), 0)::bigint as total,
        coalesce(sum(counted.models) filter (counted.architecture = 'Other'), 0)::bigint as other_models,
        coalesce(sum(counted.models) filter (counted.architecture = 'Unknown'), 0)::bigint as unknown_models,
    from axis
    left join counted using (period)
    group by all
),
appeared as (
    select axis.period, count(grouped.architecture) as named
    from axis
    left join grouped on grouped.has_name and grouped.first_on <= axis.last_day
    group by all
),
compared as (
    select
        totals.*,
        appeared.named,
        (total - other_models - unknown_models) / nullif(named, 0) as mean,
        chosen.architecture,
        chosen.rank,
        chosen.architecture_models,
        coalesce(chosen.first_on <= totals.last_day, false) as has_appeared,
        coalesce(counted.models, 0) as models,
        if($unit = 'day', lag(coalesce(counted.models, 0), 7) over before, lag(coalesce(counted.models, 0)) over before) as models_before,
        if($unit = 'day', lag(is_uncertain, 7) over before, lag(is_uncertain) over before) as was_uncertain,
    from totals
    join appeared using (period)
    cross join chosen
    left join counted using (period, architecture)
    window before as (partition by chosen.architecture order by totals.period)
)
select
    period,
    architecture,
    models,
    models_before,
    if(is_uncertain or was_uncertain, null, models - models_before) as change,
    if(is_uncertain or was_uncertain or models = 0 or models_before = 0, null, log2(models / models_before)) as log2_change,
    mean,
    named,
    if(is_uncertain or not has_appeared, null, models - mean) as above_mean,
    if(is_uncertain or models = 0 or mean = 0, null, log2(models / mean)) as log2_above_mean,
    total,
    models / nullif(total, 0) as share,
    other_models,
    unknown_models,
    architecture_models,
    has_appeared,
    not is_incomplete as is_complete,
    is_filling,
    is_missing_late_submissions,
from compared
order by period, rank
