-- grain: series_id
-- scratch
-- What the history of adoption is summed by, of each repository as it is today: profile is a hash over that. With it goes what the headline figures of adoption are counted by under other rules.
select
    adopted.series_id,
    adopted.first_on,
    coalesce(models.architecture, 'Unknown') as architecture,
    coalesce(models.region, reviewed.region, 'not reviewed') as region,
    coalesce(models.license_class, 'unknown') as licence,
    coalesce(models.relation, 'none declared') as relation,
    coalesce(models.library_name, 'unknown') as library,
    coalesce(models.pipeline_tag, 'unknown') as task,
    coalesce(models.is_merge, false) as is_merge,
    coalesce(models.appeared_rule in ('undated: createdAt floor', 'undated: upload floor'), false) as is_of_floor,
    coalesce(believed.architecture, models.architecture, 'Unknown') as believed_architecture,
    hash(
        coalesce(models.architecture, 'Unknown'), coalesce(models.region, reviewed.region, 'not reviewed'), coalesce(models.license_class, 'unknown'),
        coalesce(models.relation, 'none declared'), library, ' ' || library, task, ' ' || task,
        is_merge, is_of_floor, believed_architecture
    ) as profile,
    coalesce(models.downloads_30d, 0) as downloads_30d,
from core.adopted_by_key as adopted
left join core.models using (model_key)
left join core.believed_claims as believed using (model_key)
left join seeds.organisation_regions as reviewed on models.model_key is null and lower(reviewed.owner) = lower(split_part(adopted.unlisted_id, '/', 1))
