-- grain: basis, dataset, day, level, is_without_largest, downloads
-- scratch
-- How many models, owners, families and regions have just so many downloads, and how many have more: with this all measures of concentration
-- are exact, and nothing of a hundred million rows is sorted. Owners whom nobody reviewed are no region, and not among these.
with models as (
    select 'listing' as basis, dataset, day, downloads, count(*) as members, count(*) filter (family_key is null) as families
    from core.used_models
    group by dataset, day, downloads
    union all
    select 'weeks', dataset, day, downloads, count(*), count(*) filter (family_key is null)
    from core.month_downloads
    group by dataset, day, downloads
),
counted as (
    select basis, dataset, day, 'model' as level, downloads, members from models
    union all
    select basis, dataset, day, 'family', downloads, families from models
    union all
    select basis, dataset, day, level, downloads, count(*)
    from core.downloads_by_member
    where region is null or region != 'not reviewed'
    group by basis, dataset, day, level, downloads
),
compared as (
    select basis, dataset, day, level, false as is_without_largest, downloads, members from counted
    union all
    select basis, dataset, day, level, true, downloads, members from counted
    union all
    select basis, dataset, day, level, true, downloads, -1 from core.reduced_members where is_compared
    union all
    select basis, dataset, day, level, true, other_downloads, 1 from core.reduced_members where is_compared and other_models > 0
),
summed as (
    select basis, dataset, day, level, is_without_largest, downloads, sum(members)::bigint as members
    from compared
    group by basis, dataset, day, level, is_without_largest, downloads
    having sum(members) > 0
)
select
    *,
    (sum(members) over more) - members as members_above,
    (sum(members * downloads) over more) - members * downloads as downloads_above,
    sum(members) over all_of_level as all_members,
    sum(members * downloads) over all_of_level as all_downloads,
from summed
window
    more as (partition by basis, dataset, day, level, is_without_largest order by downloads desc rows between unbounded preceding and current row),
    all_of_level as (partition by basis, dataset, day, level, is_without_largest)
