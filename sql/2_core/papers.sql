-- grain: model_id, arxiv_id
-- view of core.papers_by_key
-- Papers on arXiv that a repository names in its tags: its own, or one of a method, a base or data that it uses.
select
    models.model_id, /* repository that names it */
    named.arxiv_id,
from core.papers_by_key as named
join core.models using (model_key)
