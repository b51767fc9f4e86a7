-- grain: basis, dataset, day, level
-- scratch
-- The model, owner, family and region that the most downloaded model belongs to, as it is with that model and without it.
with largest as (
    select basis, dataset, day, 'owner' as level, owner_key as member_key, null as region, downloads from core.largest_models
    union all
    select basis, dataset, day, 'family', family_key, null, downloads from core.largest_models
    union all
    select basis, dataset, day, 'region', null, region, downloads from core.largest_models
)
select basis, dataset, day, 'model' as level, repository_key as member_key, 1 as models, downloads, 0 as other_models, 0 as other_downloads, true as is_compared
from core.largest_models
union all
select
    largest.basis,
    largest.dataset,
    largest.day,
    largest.level,
    members.member_key,
    members.models,
    members.downloads,
    members.models - 1,
    members.downloads - largest.downloads,
    members.region is null or members.region != 'not reviewed',
from largest
join core.downloads_by_member as members
    on members.basis = largest.basis
    and members.dataset = largest.dataset
    and members.day = largest.day
    and members.level = largest.level
    and (members.member_key = largest.member_key or members.region = largest.region)
