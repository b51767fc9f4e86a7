-- grain: release_id
-- Dated big releases, each with its source.
select
    release_id, /* short name */
    family, /* family of models */
    label, /* as shown beside the line */
    released_on::date as released_on, /* day of the release; it goes before the repository's createdAt */
    model_id, /* repository that stands for the release; NULL where there was none */
    confidence, /* strength of the date: official, hf_blog, docs, atom, catalog, data, secondary, background */
    source, /* where the date is from */
    notes, /* what else is known of the date */
from seeds.releases
