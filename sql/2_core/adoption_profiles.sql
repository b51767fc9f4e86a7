-- grain: series_id
-- scratch
-- What the history of adoption is summed by, of each repository as it is today; libraries and tasks beyond the forty most used are one.
with described as (
    select
        adopted.series_id,
        coalesce(models.architecture, 'Unknown') as architecture,
        coalesce(models.region, reviewed.region, 'not reviewed') as region,
        coalesce(models.license_class, 'unknown') as licence,
        coalesce(models.relation, 'none declared') as relation,
        coalesce(models.library_name, 'unknown') as library,
        coalesce(models.pipeline_tag, 'unknown') as task,
        coalesce(models.downloads_30d, 0) as downloads_30d,
    from core.adopted
    left join core.models using (model_id)
    left join seeds.organisation_regions as reviewed on models.model_key is null and lower(reviewed.owner) = lower(split_part(adopted.model_id, '/', 1))
),
libraries as (
    select library from described group by library order by sum(downloads_30d) desc, count(*) desc, library limit 40
),
tasks as (
    select task from described group by task order by sum(downloads_30d) desc, count(*) desc, task limit 40
)
select
    described.series_id,
    dense_rank() over (
        order by described.architecture, described.region, described.licence, described.relation,
            coalesce(libraries.library, 'other'), coalesce(tasks.task, 'other')
    )::int as profile,
    described.architecture,
    described.region,
    described.licence,
    described.relation,
    coalesce(libraries.library, 'other') as library,
    coalesce(tasks.task, 'other') as task,
from described
left join libraries using (library)
left join tasks using (task)
