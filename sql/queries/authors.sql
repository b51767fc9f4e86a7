-- Authors whose name contains what was typed, most models first; for the search box.
select author, models
from (
    select owner as author, count(*) as models from marts.models where dataset = $dataset and $by = 'owners' group by all
    union all
    select contributor as author, count(*) as models
    from core.contributors
    semi join (select model_id from marts.models where dataset = $dataset) using (model_id)
    where $by = 'contributors'
    group by all
)
where contains(lower(author), lower($typed))
order by models desc, author
limit 50
