-- grain: owner
-- The owner of this name, exactly or in another letter case. Whoever is left out has no page.
select author as owner
from marts.authors
where kind = 'owners' and lower(author) = lower($name) and not starts_with(author, 'left-out')
group by author
order by author = $name desc, sum(models) desc, author
limit 1
