-- grain: folded_id
-- scratch
-- Names that differ in letter case alone, or that a renamed repository shares with its successor: in lower case, each once.
select lower(resolved_id) as folded_id
from core.spellings
group by folded_id
having count(*) > 1
