-- grain: name
-- scratch
-- The repository that each name stands for, whichever source uses it.
select model_id as name, model_key from core.repositories
union all
select aliases.name, repositories.model_key
from core.aliases
join core.repositories using (model_id)
