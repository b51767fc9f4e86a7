-- grain: release_id
-- Releases of one owner: how many of its repositories each has, and one that a source lists, if any. Known mirrors elsewhere are left out.
select
    releases.release_id,
    releases.label,
    releases.released_on,
    count(*) as models,
    min(models.model_id) as model_id,
from core.release_models
join core.releases using (release_id)
left join core.models on models.model_id = release_models.model_id and models.owner = $owner
where (models.owner = $owner or starts_with(release_models.model_id, $owner || '/')) and release_models.kind != 'mirror'
group by all
order by releases.released_on desc, releases.release_id
