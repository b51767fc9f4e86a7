-- grain: basis, dataset, day, level
-- scratch
-- The model, owner, family and region that the most downloaded model belongs to, as it is with that model and without it. A repository that is
-- alone in its family stands for it.
with largest as (
    select basis, dataset, day, 'owner' as level, owner_key as member_key, downloads from core.largest_models
    union all
    select basis, dataset, day, 'family', family_key, downloads from core.largest_models where family_key is not null
),
members as (
    select members.*, largest.downloads as largest_downloads
    from core.downloads_by_member as members
    join largest using (basis, dataset, day, level, member_key)
    union all
    select members.*, most.downloads
    from core.downloads_by_member as members
    join core.largest_models as most using (basis, dataset, day, region)
)
select basis, dataset, day, 'model' as level, repository_key as member_key, 1 as models, downloads, 0 as other_models, 0 as other_downloads, true as is_compared
from core.largest_models
union all
select basis, dataset, day, 'family', if(basis = 'weeks', -repository_key, repository_key), 1, downloads, 0, 0, true
from core.largest_models
where family_key is null
union all
select
    basis,
    dataset,
    day,
    level,
    member_key,
    models,
    downloads,
    models - 1,
    downloads - largest_downloads,
    region is null or region != 'not reviewed',
from members
