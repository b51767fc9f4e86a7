-- grain: none, as landed
-- What the Hub's listings say of each model: the latest full one, what changed since, and what it no longer holds as it was
-- seen last.
select * exclude (source)
from staging.hub_records
where source in ('hub_listing', 'hub_changes', 'hub_absences')
