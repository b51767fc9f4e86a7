-- grain: release_id
-- Releases that one model descends from, the nearest first, through bases that no source lists too.
select releases.release_id, releases.label, min(lineage.distance) as distance
from core.lineage_by_key as lineage
left join core.models on models.model_key = lineage.ancestor_key
left join core.unknown_parents on unknown_parents.model_key = lineage.ancestor_key
join core.release_models on lower(release_models.model_id) = lower(coalesce(models.model_id, unknown_parents.model_id))
join core.releases on releases.release_id = release_models.release_id
where lineage.model_key = $model_key
group by all
order by distance, releases.release_id
