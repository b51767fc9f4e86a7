-- grain: none, as landed
-- What the published tool had read of single repositories.
select * exclude (source, presence, last_seen_at)
from staging.hub_records
where source = 'hub_repositories'
