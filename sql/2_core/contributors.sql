-- grain: model_id, contributor
-- view of core.contributors_by_key
-- Authors of commits, bots of an explicit list left out.
select
    models.model_id, /* repository */
    written.contributor,
    written.commits,
    written.snapshot_id,
from core.contributors_by_key as written
join core.models using (model_key)
