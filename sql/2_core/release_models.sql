-- grain: model_id
-- Every repository of each release: all sizes, base and instruct, variants of its owner, and known mirrors of the same weights.
select
    release_models.model_id, /* repository, as its owner spells it */
    release_models.release_id, /* release in core.releases */
    release_models.kind, /* base, instruct, variant (quantized or specialised by its owner) or mirror (the same weights elsewhere) */
    coalesce(release_models.released_on::date, releases.released_on) as released_on, /* day of its release; of few repositories later than the release's first */
    release_models.copy_of, /* repository of the release whose weights it holds: in other files, in shards or in fewer bits; NULL: it is none's copy, or it is not known whose */
    release_models.source, /* where this is from */
from seeds.release_models
join core.releases using (release_id)
