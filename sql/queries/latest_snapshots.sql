-- grain: source
-- The newest snapshot of each source that this generation stands on.
select source, max(snapshot_id) as snapshot_id, max(as_of) as as_of
from core.snapshots
group by source
order by source
