-- grain: owner
-- Owners with a change whose name contains what was typed: those with most downloads first.
select owner
from marts.changes
where contains(lower(owner), lower($typed))
group by owner
order by sum(downloads_30d) desc nulls last, owner
limit 50
