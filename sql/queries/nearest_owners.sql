-- grain: owner
-- Names of owners that are spelt like a name that nobody has, of those with at least three models.
select author as owner
from marts.authors
where kind = 'owners' and models >= 3 and not starts_with(author, 'left-out')
group by author
order by jaro_winkler_similarity(lower(author), lower($name)) desc, max(models) desc, author
limit 8
