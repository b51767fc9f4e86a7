-- grain: dataset, release_id, base_key, appeared_on, architecture, size, nominal_b, is_text_generation, is_derived, is_downloaded
-- stored
-- Derivatives of each release, each under its nearest base of the release, by the day they appeared; the release's own repositories are none.
with release_members as (
    select release_models.release_id, release_models.kind, release_models.model_id, coalesce(models.model_key, unknown_parents.model_key) as model_key
    from core.release_models
    left join core.models on lower(models.model_id) = lower(release_models.model_id)
    left join core.unknown_parents on lower(unknown_parents.model_id) = lower(release_models.model_id)
    where coalesce(models.model_key, unknown_parents.model_key) is not null
),
descendants as (
    select
        release_members.release_id,
        lineage.model_key,
        arg_min(release_members.model_key, {'distance': lineage.distance, 'is_copy': release_members.kind in ('variant', 'mirror'), 'model_id': release_members.model_id}) as base_key,
    from core.lineage_by_key as lineage
    join release_members on release_members.model_key = lineage.ancestor_key
    anti join release_members as other on other.release_id = release_members.release_id and other.model_key = lineage.model_key
    group by release_members.release_id, lineage.model_key
)
select
    models.dataset,
    descendants.release_id,
    descendants.base_key, /* nearest repository of the release that it descends from; its name is in core.models, or in core.unknown_parents */
    models.appeared_on,
    models.architecture,
    models.size,
    models.nominal_b,
    models.is_text_generation,
    models.is_derived,
    models.is_downloaded,
    count(*) as models, /* derivatives */
from descendants
join marts.models using (model_key)
group by all
order by all
