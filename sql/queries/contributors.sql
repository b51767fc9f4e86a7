-- How many models of each dataset have known contributors; a dataset without any has no row.
select dataset, count(distinct model_id) as models
from core.contributors
join marts.models using (model_id)
group by dataset
order by dataset
