-- Every dated release: whether it is in the range, and its declared derivatives on the dataset, whatever the other filters.
-- First come those with most derivatives that appeared in the range, then those that a curated base model belongs to.
select
    releases.release_id,
    releases.family,
    releases.label,
    releases.released_on,
    releases.model_id,
    releases.confidence,
    releases.source,
    releases.released_on between $start and $end as is_in_range,
    releases.released_on - 28 <= any_value(datasets.as_of)::date and releases.released_on + 180 >= any_value(datasets.first_on) as is_in_reach,
    exists (from core.curated_bases where curated_bases.release_id = releases.release_id) as is_widely_known,
    coalesce(sum(derivatives.models), 0)::bigint as derivatives,
    coalesce(sum(derivatives.models) filter (derivatives.appeared_on between $start and $end), 0)::bigint as derivatives_in_range,
from core.releases
join marts.datasets on datasets.dataset = $dataset
left join marts.derivatives_by_release_day_architecture_and_size as derivatives
    on derivatives.release_id = releases.release_id and derivatives.dataset = $dataset
group by all
order by derivatives_in_range desc, is_widely_known desc, releases.released_on, releases.release_id
