-- grain: basis, dataset, day, level, member_key
-- scratch
-- Downloads of every owner, region, and family of more than one repository of a dataset. The first repository of a region stands for it.
with used as (
    select 'listing' as basis, * from core.used_models
    union all
    select 'weeks' as basis, * from core.month_downloads
),
counted as (
    select basis, dataset, day, 'owner' as level, owner_key as member_key, null as region, count(*) as models, sum(downloads) as downloads
    from used
    group by basis, dataset, day, owner_key
    union all
    select basis, dataset, day, 'family', family_key, null, count(*), sum(downloads)
    from used
    where family_key is not null
    group by basis, dataset, day, family_key
    union all
    select basis, dataset, day, 'region', min(repository_key), region, count(*), sum(downloads)
    from used
    group by basis, dataset, day, region
)
select
    basis,
    dataset,
    day,
    level,
    member_key,
    region,
    models,
    downloads::bigint as downloads,
from counted
