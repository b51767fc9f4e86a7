-- grain: name
-- The types or the architectures of the evaluated models of a dataset, those with most models first.
select
    if($kind = 'types', type, architecture) as name,
    count(*) as models,
from marts.evaluated_models
where dataset = $dataset
group by name
order by models desc, name
