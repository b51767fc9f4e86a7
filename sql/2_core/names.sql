-- grain: name
-- scratch
-- The repository that each name stands for, whichever source uses it.
select model_id as name, model_key, listings from core.repositories
union all
select aliases.name, repositories.model_key, repositories.listings
from core.aliases
join core.repositories using (model_id)
