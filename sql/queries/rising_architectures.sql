-- grain: architecture
-- Each architecture's share of new models in the last thirteen complete weeks and in the thirteen before. A week counts when it lies before
-- the end of the dates, neither still fills nor misses late submissions. Of an owner with more than ten models in a window each counts
-- less, so that they count as ten together. `models` and `owners` are what was counted, all_* over all architectures.
with about as (
    select least($end::date + 1, date_trunc('day', as_of)::date) as complete_until, settled_on + 1 as settled_until
    from marts.datasets
    where dataset = $dataset
),
windows as (
    select date_trunc('week', least(complete_until, coalesce(settled_until, complete_until)))::date as window_end from about
),
counted as (
    select architecture, owner_place, week >= window_end - 91 as is_last, sum(models) as models
    from marts.models_by_week_owner_and_architecture
    cross join windows
    where dataset = $dataset
        and week >= window_end - 182
        and week < window_end
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
    group by all
),
weighted as (
    select *, models * least(1, 10 / sum(models) over (partition by is_last, owner_place)) as weight
    from counted
),
summed as (
    select
        architecture,
        sum(weight) filter (is_last) as weight,
        sum(weight) filter (not is_last) as weight_before,
        coalesce(sum(models) filter (is_last), 0)::bigint as models,
        coalesce(sum(models) filter (not is_last), 0)::bigint as models_before,
        count(distinct owner_place) filter (is_last) as owners,
    from weighted
    group by all
),
owners as (
    select
        count(distinct owner_place) filter (is_last) as all_owners,
        count(distinct owner_place) filter (not is_last) as all_owners_before,
    from counted
)
select
    summed.architecture,
    coalesce(weight, 0) / sum(weight) over () as share,
    coalesce(weight_before, 0) / sum(weight_before) over () as share_before,
    models,
    models_before,
    owners,
    (sum(models) over ())::bigint as all_models,
    all_owners,
    all_owners_before,
    window_end - 91 as window_start,
    window_end - 1 as window_end,
    architecture not in ('Other', 'Unknown') as has_name,
from summed
cross join owners
cross join windows
order by summed.weight desc nulls last, architecture
