-- grain: name
-- Bases of a family whose name contains what was typed: the one of just that name first, then the most used.
with hits as (
    select model_key, place, folded_name = lower($typed) as is_exact
    from marts.search_entries
    where kind = 'family' and contains(folded_name, lower($typed))
    order by is_exact desc, place
    limit 50
)
select models.model_id as name
from hits
join core.models using (model_key)
order by hits.is_exact desc, hits.place
