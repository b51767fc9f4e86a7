-- grain: release_id, model_key
-- scratch
-- Which models descend from each release, each under its nearest base of the release; the release's own repositories are none.
with release_members as (
    select release_models.release_id, release_models.kind, release_models.model_id, coalesce(models.model_key, unknown_parents.model_key) as model_key
    from core.release_models
    left join core.models on lower(models.model_id) = lower(release_models.model_id)
    left join core.unknown_parents on lower(unknown_parents.model_id) = lower(release_models.model_id)
    where coalesce(models.model_key, unknown_parents.model_key) is not null
)
select
    release_members.release_id,
    lineage.model_key,
    arg_min(release_members.model_key, {'distance': lineage.distance, 'is_copy': release_members.kind in ('variant', 'mirror'), 'model_id': release_members.model_id}) as base_key,
from core.lineage_by_key as lineage
join release_members on release_members.model_key = lineage.ancestor_key
anti join release_members as other on other.release_id = release_members.release_id and other.model_key = lineage.model_key
group by release_members.release_id, lineage.model_key
