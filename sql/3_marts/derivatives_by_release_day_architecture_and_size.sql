-- grain: dataset, release_id, appeared_on, architecture, size, is_text_generation, is_derived, is_downloaded
-- stored
-- Declared derivatives of each release, by the day they appeared; the release's own repositories are none.
with own as (
    select release_models.release_id, coalesce(models.model_key, unknown_parents.model_key) as model_key
    from core.release_models
    left join core.models using (model_id)
    left join core.unknown_parents using (model_id)
),
descendants as (
    select distinct own.release_id, lineage.model_key
    from core.keyed_lineage as lineage
    join own on own.model_key = lineage.ancestor_key
    anti join own as other on other.release_id = own.release_id and other.model_key = lineage.model_key
)
select
    models.dataset, /* hub, v2, v1 or the id of an official benchmark */
    descendants.release_id, /* release in core.releases */
    models.appeared_on, /* day, UTC; NULL is undated */
    models.architecture, /* group of architectures */
    models.size, /* size class, billions of parameters */
    models.is_text_generation, /* its task is text generation */
    models.is_derived, /* a quantized copy or an adapter */
    models.is_downloaded, /* downloaded at least once in 30 days */
    count(*) as models, /* derivatives */
from descendants
join marts.models using (model_key)
group by all
order by all
