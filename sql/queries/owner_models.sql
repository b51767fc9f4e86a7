-- grain: model_id
-- The models of one owner: the most used first, or the newest.
with selected as (
    select model_key, appeared_at, downloads_30d, likes
    from core.models
    where owner = $owner
    order by if($sorting = 'newest', appeared_at, null) desc nulls last, downloads_30d desc nulls last, likes desc nulls last, model_id
    limit $most
)
select models.model_id, models.appeared_at::date as appeared_on, models.relation, models.architecture, models.nominal_b, models.license, models.downloads_30d, models.likes
from core.models
semi join selected using (model_key)
order by if($sorting = 'newest', models.appeared_at, null) desc nulls last, models.downloads_30d desc nulls last, models.likes desc nulls last, models.model_id
