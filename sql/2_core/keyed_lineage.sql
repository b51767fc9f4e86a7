-- grain: model_key, ancestor_key
-- view: an old name
-- The name that core.lineage_by_key had before; kept for queries that name it. As stored; read core.lineage.
from core.lineage_by_key
