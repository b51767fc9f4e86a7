-- grain: dataset
-- Where one owner stands among the owners of each dataset, by models.
select authors.dataset, marts.datasets.label, authors.models, authors.place
from marts.authors
join marts.datasets using (dataset)
where authors.kind = 'owners' and authors.author = $owner
order by authors.dataset
