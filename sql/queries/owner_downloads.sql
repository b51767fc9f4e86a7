-- grain: owner
-- How often the models of one owner were downloaded in the 30 days before the snapshot, together; NULL where it is unknown of all.
select owner, sum(downloads_30d)::bigint as downloads_30d
from core.models
where owner = $owner
group by owner
order by owner
