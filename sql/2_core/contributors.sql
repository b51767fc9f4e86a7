-- grain: model_id, contributor
-- view of core.keyed_contributors
-- Authors of commits, bots of an explicit list left out.
select
    models.model_id, /* repository */
    written.contributor, /* user that wrote commits */
    written.commits, /* commits by that user; NULL where a source gives names only */
    written.snapshot_id, /* landed snapshot it comes from */
from core.keyed_contributors as written
join core.models using (model_key)
