-- grain: dataset
-- How many models of each dataset have known contributors; a dataset without any has no row.
select dataset, contributed as models
from marts.datasets
where contributed > 0
order by dataset
