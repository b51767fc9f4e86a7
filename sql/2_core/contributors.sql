-- grain: model_id, contributor
-- view of core.keyed_contributors
-- Authors of commits, bots of an explicit list left out.
select
    models.model_id, /* repository */
    written.contributor,
    written.commits,
    written.snapshot_id,
from core.keyed_contributors as written
join core.models using (model_key)
