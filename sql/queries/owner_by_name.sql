-- grain: owner
-- The owner of this name, exactly or, where a dataset counts models of it, in another letter case. Whoever is left out has no page.
with named as (
    select author as owner, models
    from marts.authors
    where kind = 'owners' and lower(author) = lower($name)
    union all
    select owner, 0
    from core.models
    where owner = $name and not starts_with(owner, 'left-out/')
)
select owner
from named
group by owner
order by owner = $name desc, sum(models) desc, owner
limit 1
