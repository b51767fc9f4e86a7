-- grain: basis, dataset, day
-- scratch
-- The most downloaded model of each dataset on each compared day, with whose it is; of several the first by name.
with most as (
    select dataset, day, max(downloads) as downloads
    from core.used_models
    group by dataset, day
    having max(downloads) > 0
),
most_by_month as (
    select dataset, day, max(downloads) as downloads
    from core.month_downloads
    group by dataset, day
    having max(downloads) > 0
),
tied as (
    select 'listing' as basis, used.*, models.model_id
    from core.used_models as used
    join most using (dataset, day, downloads)
    join core.models on models.model_key = used.repository_key
    union all
    select 'weeks', used.*, adopted.model_id
    from core.month_downloads as used
    join most_by_month using (dataset, day, downloads)
    join core.adopted on adopted.series_id = used.repository_key
)
select *
from tied
qualify row_number() over (partition by basis, dataset, day order by model_id) = 1
