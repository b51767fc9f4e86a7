-- grain: release_id, model_id
-- Repositories of each release that something is derived from in the dataset, most derivatives first.
with named as (
    select model_key, model_id from core.models
    union all
    select model_key, model_id from core.unknown_parents
),
counted as (
    select release_id, base_key, sum(models)::bigint as derivatives
    from marts.derivatives_by_release_day_architecture_and_size
    where dataset = $dataset
    group by all
)
select counted.release_id, named.model_id, counted.derivatives
from counted
join named on named.model_key = counted.base_key
order by counted.release_id, counted.derivatives desc, named.model_id
