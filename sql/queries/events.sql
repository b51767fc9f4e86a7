-- grain: happened_on, label
-- Dated events of a dataset in the range.
select happened_on, label, kind, source
from core.events
where dataset in ($dataset, 'all') and happened_on between $start and $end
order by happened_on, label
