select dataset, models, counted
from (select dataset, sum(models) as counted from marts.models_by_day_type_architecture_and_size group by dataset)
join marts.datasets using (dataset)
where models != counted
