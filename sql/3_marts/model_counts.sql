-- grain: dataset, appeared_on, appeared_rule, type, relation, architecture, size, nominal_b, license_class, task, library, is_text_generation, is_derived, is_downloaded
-- stored
-- How many models appeared on each day, by every dimension that a perspective asks for; undated models under a NULL day.
select
    dataset,
    appeared_on,
    appeared_rule,
    type,
    relation,
    architecture,
    size,
    nominal_b,
    license_class,
    task,
    library,
    is_text_generation,
    is_derived,
    is_downloaded,
    count(*) as models, /* models */
    sum(downloads_30d)::bigint as downloads, /* their downloads in the 30 days before the snapshot */
from marts.models
group by all
order by all
