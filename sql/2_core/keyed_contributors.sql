-- grain: model_key, contributor
-- view: an old name
-- The name that core.contributors_by_key had before; kept for queries that name it. As stored; read core.contributors.
from core.contributors_by_key
