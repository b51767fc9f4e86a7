-- grain: basis, dataset, day
-- scratch
-- The most downloaded model of each dataset on each compared day, with whose it is; of several the first by name.
with used as (
    select 'listing' as basis, * from core.used_models
    union all
    select 'weeks' as basis, * from core.month_downloads
),
most as (
    select basis, dataset, day, max(downloads) as downloads
    from used
    group by basis, dataset, day
    having max(downloads) > 0
),
tied as (
    select used.*, coalesce(models.model_id, adopted.model_id) as model_id
    from used
    join most using (basis, dataset, day, downloads)
    left join core.models on used.basis = 'listing' and models.model_key = used.repository_key
    left join core.adopted on used.basis = 'weeks' and adopted.series_id = used.repository_key
)
select *
from tied
qualify row_number() over (partition by basis, dataset, day order by model_id) = 1
