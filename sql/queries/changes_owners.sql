-- grain: owner
-- Owners with a change whose name contains what was typed: the one of just that name first, then those with most downloads.
select owner
from marts.changes
where contains(lower(owner), lower($typed))
group by owner
order by owner = $typed desc, sum(downloads_30d) desc nulls last, owner
limit 50
