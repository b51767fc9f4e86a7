-- grain: name
-- Models whose name contains what was typed, in small letters: bases of a family first, then the most used.
select name
from marts.search_entries
where kind in ('family', 'model') and contains(folded_name, lower($typed))
group by name
order by min(place), name
limit 50
