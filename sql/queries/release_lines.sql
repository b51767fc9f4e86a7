-- grain: release_id
-- Every dated release: whether it is in the range, and its declared derivatives on the dataset, whatever the other filters.
-- First come those with most derivatives that appeared in the range, then those that a curated base model belongs to.
with derived as (
    select
        release_id,
        sum(models)::bigint as derivatives,
        coalesce(sum(models) filter (appeared_on between $start and $end), 0)::bigint as derivatives_in_range,
    from marts.derivatives_by_release_day_architecture_and_size
    where dataset = $dataset
    group by all
)
select
    releases.release_id,
    releases.family,
    releases.label,
    releases.released_on,
    releases.model_id,
    releases.confidence,
    releases.source,
    releases.released_on between $start and $end as is_in_range,
    releases.released_on - 28 <= datasets.as_of::date and releases.released_on + 180 >= datasets.first_on as is_in_reach,
    releases.release_id in (select release_id from core.release_models join core.curated_bases using (model_id)) as is_widely_known,
    coalesce(derived.derivatives, 0) as derivatives,
    coalesce(derived.derivatives_in_range, 0) as derivatives_in_range,
from core.releases
join marts.datasets on datasets.dataset = $dataset
left join derived using (release_id)
order by derivatives_in_range desc, is_widely_known desc, releases.released_on, releases.release_id
