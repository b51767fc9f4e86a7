-- grain: dataset, day, repository_key
-- scratch
-- As core.used_models on the last day of each month, by the weekly series of adoption; repositories and owners have the numbers of series.
-- A family has the number of its root, and a repository that is alone in its family has none here.
with listed as (
    select month_days.day, weeks.series_id, weeks.downloads_30d as downloads
    from staging.hub_adoption_weeks as weeks
    join core.month_days using (week)
    where weeks.is_listed and weeks.downloads_30d is not null
),
roots as (
    select distinct root_key from core.family_roots
),
described as (
    select
        adopted.series_id,
        models.model_key,
        coalesce(models.owner, if(contains(adopted.unlisted_id, '/'), split_part(adopted.unlisted_id, '/', 1), 'Hugging Face')) as owner,
        coalesce(models.region, reviewed.region, 'not reviewed') as region,
        coalesce(family_roots.root_key, roots.root_key) as family_key,
    from (from core.adopted_by_key semi join listed using (series_id)) as adopted
    left join core.models using (model_key)
    left join seeds.organisation_regions as reviewed on models.model_key is null and lower(reviewed.owner) = lower(split_part(adopted.unlisted_id, '/', 1))
    left join core.family_roots on family_roots.model_key = models.model_key
    left join roots on roots.root_key = models.model_key
),
owners as (
    select owner, min(series_id) as owner_key
    from described
    group by owner
),
series as (
    select described.*, owners.owner_key
    from described
    join owners using (owner)
)
select 'hub' as dataset, listed.day, series.series_id::bigint as repository_key, series.owner_key::bigint as owner_key, series.family_key::bigint as family_key, series.region, listed.downloads
from listed
join series using (series_id)
union all
select evaluations.leaderboard, listed.day, series.series_id, series.owner_key, series.family_key, series.region, listed.downloads
from core.evaluations_by_key as evaluations
join series using (model_key)
join listed using (series_id)
