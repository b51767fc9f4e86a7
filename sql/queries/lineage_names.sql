-- grain: name
-- Models whose name contains what was typed, in small letters: bases of a family first, then the most used.
with hits as (
    select model_key, min(place) as place
    from marts.search_entries
    where kind in ('family', 'model') and contains(folded_name, lower($typed))
    group by model_key
    order by min(place)
    limit 50
)
select models.model_id as name
from hits
join core.models using (model_key)
order by hits.place
