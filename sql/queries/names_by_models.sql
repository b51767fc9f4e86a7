-- grain: cut, name
-- The tasks, libraries and licence classes of a dataset, each with its number of models, most first.
with counted as (
    select 'task' as cut, task as name, sum(models)::bigint as models from marts.model_counts where dataset = $dataset group by task
    union all
    select 'library' as cut, library as name, sum(models)::bigint as models from marts.model_counts where dataset = $dataset group by library
    union all
    select 'licence' as cut, license_class as name, sum(models)::bigint as models from marts.model_counts where dataset = $dataset group by license_class
)
select cut, name, models
from counted
order by cut, models desc, name
