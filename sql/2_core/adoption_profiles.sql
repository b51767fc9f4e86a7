-- grain: series_id
-- scratch
-- What the history of adoption is summed by, of each repository as it is today: profile is a hash over that.
select
    adopted.series_id,
    adopted.first_on,
    coalesce(models.architecture, 'Unknown') as architecture,
    coalesce(models.region, reviewed.region, 'not reviewed') as region,
    coalesce(models.license_class, 'unknown') as licence,
    coalesce(models.relation, 'none declared') as relation,
    coalesce(models.library_name, 'unknown') as library,
    coalesce(models.pipeline_tag, 'unknown') as task,
    hash(
        coalesce(models.architecture, 'Unknown'), coalesce(models.region, reviewed.region, 'not reviewed'), coalesce(models.license_class, 'unknown'),
        coalesce(models.relation, 'none declared'), coalesce(models.library_name, 'unknown'), coalesce(models.pipeline_tag, 'unknown')
    ) as profile,
    coalesce(models.downloads_30d, 0) as downloads_30d,
from core.adopted_by_key as adopted
left join core.models using (model_key)
left join seeds.organisation_regions as reviewed on models.model_key is null and lower(reviewed.owner) = lower(split_part(adopted.unlisted_id, '/', 1))
