-- grain: name
-- scratch
-- Names of repositories that are spelt otherwise than their id, with the id: another letter case, or a legacy name.
select spellings.name, repositories.model_id, spellings.is_renamed
from core.spellings
join core.repositories on lower(repositories.model_id) = lower(spellings.resolved_id)
where spellings.name != repositories.model_id
