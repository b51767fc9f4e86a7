-- grain: none, as landed
-- The number of each repository that has one already. Who is left out has another id from then on, and so another number.
select folded_id, model_key
from landing.repository_keys
