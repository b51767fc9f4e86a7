-- grain: dataset, appeared_on, architecture, size, nominal_b, is_text_generation, is_derived, is_downloaded
-- stored
-- How many models appeared on each day, for what asks for the architecture and for no type: marts.model_counts summed up.
select
    dataset,
    appeared_on,
    architecture,
    size,
    nominal_b,
    is_text_generation,
    is_derived,
    is_downloaded,
    sum(models)::bigint as models, /* models */
from marts.model_counts
group by all
order by all
