-- grain: period, architecture
-- New models per period, by architecture: those asked for by name (where none is the up to nine named ones with
-- most new models in the range), all other named ones together as Rare, then Other and Unknown. One row per period and name.
with axis as (
    from period_axis($dataset, $unit, $start, $end)
),
counted as (
    select architecture, date_trunc($unit, appeared_on)::date as period, sum(models)::bigint as models
    from marts.model_counts_by_architecture
    where dataset = $dataset
        and appeared_on between $start and $end
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
    group by all
),
grouped as (
    select
        architectures.architecture,
        architectures.rank,
        architectures.architecture not in ('Other', 'Unknown') as has_name,
        sum(counted.models) as models,
    from counted
    join core.architectures using (architecture)
    group by all
),
named as (
    select
        *,
        row_number() over (order by has_name desc, models desc, rank) as position,
        not has_name or if(len($architectures) = 0, position <= 9, list_contains($architectures, architecture)) as is_by_name,
        if(is_by_name, architecture, 'Rare') as name,
    from grouped
),
listed_architectures as (
    select name, min(if(is_by_name, rank, 997)) as rank, count(*) as architectures
    from named
    group by all
),
summed as (
    select counted.period, named.name, sum(counted.models)::bigint as models
    from counted
    join named using (architecture)
    group by all
)
select
    axis.period,
    listed_architectures.name as architecture,
    coalesce(summed.models, 0) as models,
    sum(coalesce(summed.models, 0)) over (partition by axis.period)::bigint as total,
    listed_architectures.architectures,
    not axis.is_incomplete as is_complete,
    axis.is_filling,
    axis.is_missing_late_submissions,
from axis
cross join listed_architectures
left join summed using (period, name)
order by axis.period, listed_architectures.rank
