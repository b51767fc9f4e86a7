-- grain: dataset, appeared_on, relation, license_class, access, has_open_weights, has_open_license, has_training_data, has_paper, has_known_base, size, nominal_b, is_text_generation, is_derived, is_downloaded
-- stored
-- How many models appeared on each day under each class of licence, and what they declare; undated models under a NULL day.
select
    models.dataset,
    models.appeared_on,
    models.relation,
    models.license_class,
    models.access,
    openness.has_open_license,
    openness.has_training_data,
    openness.has_paper,
    openness.has_known_base,
    models.size,
    models.nominal_b,
    models.is_text_generation,
    models.is_derived,
    models.is_downloaded,
    openness.has_open_weights, /* follows from access, but for repositories that are not listed; NULL: not known */
    openness.openness, /* how many of the five parts of declared openness, 0 to 5; of the known ones, where any is not known */
    openness.known_parts,
    count(*) as models, /* models */
    sum(models.downloads_30d)::bigint as downloads, /* their downloads in the 30 days before the snapshot */
    max(models.downloads_30d)::bigint as most_downloads, /* those of the one that is used most */
    arg_min(models.model_key, {'loss': -models.downloads_30d, 'model_id': models.model_id}) as most_used_key, /* that model; of equal ones the first by name */
from marts.models
join core.openness_by_key as openness using (model_key)
group by all
order by all
