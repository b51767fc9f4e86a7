-- grain: name
-- Bases of a family whose name contains what was typed: the most used first.
select name
from marts.search_entries
where kind = 'family' and contains(folded_name, lower($typed))
order by place
limit 50
