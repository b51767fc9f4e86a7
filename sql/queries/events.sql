-- grain: happened_on, label
-- The dated events that bend a dataset's curves.
select
    happened_on,
    label,
    source as detail,
from core.events
where dataset in ($dataset, 'all')
    and happened_on between $start and $end
order by happened_on, label
