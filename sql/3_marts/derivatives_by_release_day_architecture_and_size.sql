-- grain: dataset, release_id, appeared_on, architecture, size, is_text_generation, is_derived, is_downloaded
-- stored
-- Declared derivatives of each release, by the day they appeared; the release's own repositories are none.
with descendants as (
    select distinct release_models.release_id, lineage.model_id
    from core.lineage
    join core.release_models on release_models.model_id = lineage.ancestor_id
    anti join core.release_models as own on own.release_id = release_models.release_id and own.model_id = lineage.model_id
)
select
    models.dataset, /* hub, v2 or v1 */
    descendants.release_id, /* release in core.releases */
    models.appeared_on, /* day, UTC; NULL is undated */
    models.architecture, /* group of architectures */
    models.size, /* size class, billions of parameters */
    models.is_text_generation, /* its task is text generation */
    models.is_derived, /* a quantized copy or an adapter */
    models.is_downloaded, /* downloaded at least once in 30 days */
    count(*) as models, /* derivatives */
from descendants
join marts.models using (model_id)
group by all
order by all
