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
    select 'hub' as dataset, model_key from core.models where is_listed
    union all
    select leaderboard as dataset, model_key from core.evaluations_by_key
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
    models.model_key::bigint as repository_key,
    owners.owner_key::bigint as owner_key,
    coalesce(family_roots.root_key, roots.root_key)::bigint as family_key,
    models.region,
    models.downloads_30d as downloads,
from placed
join core.models using (model_key)
join owners using (owner)
left join core.family_roots using (model_key)
left join roots on roots.root_key = models.model_key
cross join latest
where models.downloads_30d is not null
