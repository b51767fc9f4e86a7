-- grain: leaderboard, model_key
-- view: an old name
-- The name that core.evaluations_by_key had before; kept for queries that name it. As stored; read core.evaluations.
from core.evaluations_by_key
