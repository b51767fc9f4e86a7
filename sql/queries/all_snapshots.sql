-- grain: source, snapshot_id
-- Every landed snapshot that this generation stands on, with the moment that it speaks of.
select source, snapshot_id, as_of
from core.snapshots
order by source, snapshot_id
