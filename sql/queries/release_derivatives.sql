-- grain: day
-- Declared derivatives of one release, or of one repository of it (where one is named), per day, from 28 days before it to 180 days after: counts, and their share of all new models.
-- One row per day that the dataset reaches; share is NULL on a day without new models. The same on every row: derivatives that
-- are undated, and those that appeared before or after these days; and models of these days of which no base is named and no listing and no
-- details say whether they have one.
with repository as (
    select model_key from core.models where model_id = $repository
    union all
    select model_key from core.unknown_parents where model_id = $repository
),
release as (
    select release_id, released_on from core.releases where release_id = $release
),
reach as (
    select first_on, as_of::date as as_of, settled_on, awaits_late_submissions from marts.datasets where dataset = $dataset
),
axis as (
    select
        unnest(generate_series(-28, 180))::int as day,
        (released_on + day)::date as date,
    from release
),
derived as (
    select appeared_on, sum(models)::bigint as models
    from marts.derivatives_by_release_day_architecture_and_size
    where dataset = $dataset
        and release_id = $release
        and ($repository = '' or base_key in (select model_key from repository))
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
    group by all
),
fresh as (
    select appeared_on, sum(models)::bigint as models
    from marts.model_counts_by_type
    where dataset = $dataset
        and appeared_on between (select min(date) from axis) and (select max(date) from axis)
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
    group by all
),
disputed as (
    select count(distinct models.model_key) as models
    from marts.disputed_models as models
    join core.lineage_by_key as lineage using (model_key)
    where models.dataset = $dataset
        and models.fact in ('date', 'base model')
        and lineage.ancestor_key in (
            select base_key
            from marts.derivatives_by_release_day_architecture_and_size
            where release_id = $release and ($repository = '' or base_key in (select model_key from repository))
        )
),
unknown as (
    select coalesce(sum(models), 0)::bigint as models
    from marts.licence_counts
    where dataset = $dataset
        and has_training_data is null
        and relation = 'none declared'
        and appeared_on between (select min(date) from axis) and (select max(date) from axis)
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
),
outside as (
    select
        coalesce(sum(models) filter (appeared_on is null), 0)::bigint as undated,
        coalesce(sum(models) filter (appeared_on < (select min(date) from axis)), 0)::bigint as earlier,
        coalesce(sum(models) filter (appeared_on > (select max(date) from axis)), 0)::bigint as later,
    from derived
)
select
    axis.day,
    axis.date,
    coalesce(derived.models, 0) as derivatives,
    coalesce(fresh.models, 0) as models,
    coalesce(derived.models, 0) / nullif(fresh.models, 0) as share,
    axis.date < reach.as_of as is_complete,
    coalesce(axis.date > reach.settled_on and reach.awaits_late_submissions, false) as is_filling,
    coalesce(axis.date > reach.settled_on and not reach.awaits_late_submissions, false) as is_missing_late_submissions,
    outside.undated,
    outside.earlier,
    outside.later,
    disputed.models as disputed,
    unknown.models as models_of_unknown_base,
from axis
cross join reach
cross join outside
cross join disputed
cross join unknown
left join derived on derived.appeared_on = axis.date
left join fresh on fresh.appeared_on = axis.date
where axis.date between reach.first_on and reach.as_of
order by axis.day
