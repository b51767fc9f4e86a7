-- grain: dataset, repository_key
-- scratch
-- The models of each dataset whose downloads are known, on the day of the latest listing, with whose they are. The first repository of an owner
-- stands for it: names are looked up for a few at the end. A model that is alone in its family has none here.
with latest as (
    select max(as_of)::date as day
    from core.snapshots
    where source in ('hub_listing', 'hub_changes', 'hub_details')
),
placed as (
    select 'hub' as dataset, model_key, owner, region, downloads_30d
    from core.models
    where is_listed and downloads_30d is not null
    union all
    select evaluations.leaderboard, models.model_key, models.owner, models.region, models.downloads_30d
    from core.evaluations_by_key as evaluations
    join core.models using (model_key)
    where models.downloads_30d is not null
),
roots as (
    select distinct root_key from core.family_roots
),
owners as (
    select owner, min(model_key) as owner_key
    from core.models
    group by owner
)
select
    placed.dataset,
    latest.day,
    placed.model_key::bigint as repository_key,
    owners.owner_key::bigint as owner_key,
    coalesce(family_roots.root_key, roots.root_key)::bigint as family_key,
    placed.region,
    placed.downloads_30d as downloads,
from placed
join owners using (owner)
left join core.family_roots using (model_key)
left join roots on roots.root_key = placed.model_key
cross join latest
