-- grain: release_id
-- Releases that one model descends from, the nearest first.
select releases.release_id, releases.label, min(lineage.distance) as distance
from core.lineage_by_key as lineage
join core.models on models.model_key = lineage.ancestor_key
join core.release_models on release_models.model_id = models.model_id
join core.releases on releases.release_id = release_models.release_id
where lineage.model_key = $model_key
group by all
order by distance, releases.release_id
