-- Declared derivatives of one release per day, from 28 days before it to 180 days after: counts, and their share of all new models.
-- One row per day that the dataset reaches; share is NULL on a day without new models.
with release as (
    select release_id, label, released_on from core.releases where release_id = $release
),
reach as (
    select as_of::date as as_of, lag_days from marts.datasets where dataset = $dataset
),
axis as (
    select unnest(generate_series(-28, 180)) as day
),
derived as (
    select appeared_on, sum(models)::bigint as models
    from marts.derivatives_by_release_day_architecture_and_size
    where dataset = $dataset
        and release_id = $release
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
fresh as (
    select appeared_on, sum(models)::bigint as models
    from marts.models_by_day_type_architecture_and_size
    where dataset = $dataset
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
)
select
    axis.day,
    (release.released_on + axis.day::int)::date as date,
    coalesce(derived.models, 0) as derivatives,
    coalesce(fresh.models, 0) as models,
    coalesce(derived.models, 0) / nullif(fresh.models, 0) as share,
    date < reach.as_of as is_complete,
    reach.lag_days > 0 and date > reach.as_of - reach.lag_days::int as is_filling,
from release
cross join axis
cross join reach
left join derived on derived.appeared_on = (release.released_on + axis.day::int)::date
left join fresh on fresh.appeared_on = (release.released_on + axis.day::int)::date
where (release.released_on + axis.day::int)::date <= reach.as_of
order by axis.day
