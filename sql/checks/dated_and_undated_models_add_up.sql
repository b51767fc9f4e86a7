select dataset, models, counted, counted_by_type
from (select dataset, sum(models) as counted from marts.model_counts group by dataset)
join (select dataset, sum(models) as counted_by_type from marts.model_counts_by_type group by dataset) using (dataset)
join marts.datasets using (dataset)
where models != counted or models != counted_by_type
