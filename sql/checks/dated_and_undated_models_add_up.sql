with counted as (
    select dataset, 'marts.model_counts' as mart, sum(models) as counted from marts.model_counts group by all
    union all
    select dataset, 'marts.model_counts_by_type', sum(models) from marts.model_counts_by_type group by all
    union all
    select dataset, 'marts.model_counts_by_architecture', sum(models) from marts.model_counts_by_architecture group by all
)
select dataset, mart, models, counted
from counted
join marts.datasets using (dataset)
where models != counted
