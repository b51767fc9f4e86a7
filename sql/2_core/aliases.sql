-- grain: name
-- scratch
-- Names of repositories that are spelt otherwise than their id, with the id: another letter case, or a legacy name.
with candidates as (
    select name, is_renamed, lower(resolved_id) as folded_id
    from core.spellings
    where is_renamed or lower(resolved_id) in (select folded_id from core.repeated_names)
)
select candidates.name, repositories.model_id, candidates.is_renamed
from candidates
join core.repositories on lower(repositories.model_id) = candidates.folded_id
where candidates.name != repositories.model_id
