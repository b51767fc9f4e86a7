-- grain: leaderboard, evaluation_id
-- view: an old name
-- The name that core.submissions_by_key had before; kept for queries that name it. As stored; read core.submissions.
from core.submissions_by_key
