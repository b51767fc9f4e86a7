-- grain: name
-- Bases of a family whose name contains what was typed: the most used first.
with hits as (
    select model_key, place
    from marts.search_entries
    where kind = 'family' and contains(folded_name, lower($typed))
    order by place
    limit 50
)
select models.model_id as name
from hits
join core.models using (model_key)
order by hits.place
