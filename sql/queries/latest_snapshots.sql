-- grain: source
-- The newest snapshot of each source that this generation stands on.
select source, arg_max(snapshot_id, {'as_of': as_of, 'snapshot_id': snapshot_id}) as snapshot_id, max(as_of) as as_of
from core.snapshots
group by source
order by source
