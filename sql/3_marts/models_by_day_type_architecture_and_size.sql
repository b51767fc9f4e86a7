-- grain: dataset, appeared_on, appeared_rule, type, architecture, size, is_text_generation, is_derived, is_downloaded
-- Replaced by marts.model_counts, which has more dimensions; kept for queries that name it.
select
    dataset,
    appeared_on,
    appeared_rule,
    type,
    architecture,
    size,
    is_text_generation,
    is_derived,
    is_downloaded,
    sum(models)::bigint as models, /* models */
from marts.model_counts
group by all
