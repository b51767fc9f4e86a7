-- grain: model_id
-- The descendants of one model with most downloads in 30 days. Names are read of few.
with most_used as (
    select models.model_key, lineage.distance, models.downloads_30d
    from core.lineage_by_key as lineage
    join core.models using (model_key)
    where lineage.ancestor_key = $model_key and models.downloads_30d > 0
    order by models.downloads_30d desc, models.model_key
    limit 2 * $most
)
select models.model_id, models.owner, models.relation, most_used.distance, models.appeared_at::date as appeared_on, models.nominal_b, most_used.downloads_30d, models.likes
from most_used
join core.models using (model_key)
where not starts_with(models.model_id, 'left-out/')
order by most_used.downloads_30d desc, models.model_id
limit $most
