-- grain: none, as landed
-- What the Hub answered about single models.
select * exclude (source, presence, last_seen_at)
from staging.hub_records
where source = 'hub_details'
