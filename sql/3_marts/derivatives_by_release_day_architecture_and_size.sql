-- grain: dataset, release_id, base_key, appeared_on, architecture, size, nominal_b, is_text_generation, is_derived, is_downloaded
-- stored
-- Derivatives of each release, each under its nearest base of the release, by the day they appeared; the release's own repositories are none.
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
from marts.release_descendants as descendants
join marts.models using (model_key)
group by all
order by all
