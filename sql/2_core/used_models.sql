-- grain: dataset, model_key
-- scratch
-- The models of each dataset whose downloads are known, with whose they are: of which owner, family and region.
with placed as (
    select 'hub' as dataset, model_key from core.models where is_listed
    union all
    select leaderboard as dataset, model_key from core.evaluations_by_key
),
used as (
    select
        placed.dataset,
        models.model_key,
        models.owner,
        coalesce(family_roots.root_key, models.model_key) as family_key,
        models.region,
        models.downloads_30d as downloads,
    from placed
    join core.models using (model_key)
    left join core.family_roots using (model_key)
    where models.downloads_30d is not null
),
most as (
    select dataset, max(downloads) as downloads
    from used
    group by dataset
),
largest as (
    select used.dataset, min(used.model_key) as largest_key
    from used
    join most on most.dataset = used.dataset and most.downloads = used.downloads
    group by used.dataset
)
select
    used.*,
    used.model_key = largest.largest_key as is_largest, /* most downloaded; of several the first by name */
from used
join largest using (dataset)
