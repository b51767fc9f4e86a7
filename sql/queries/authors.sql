-- grain: author
-- Authors whose name contains what was typed, most models first; for the search box.
select author, models
from marts.authors
where dataset = $dataset and kind = $by and contains(lower(author), lower($typed))
order by models desc, author
limit 50
