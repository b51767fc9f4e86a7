-- grain: dataset, level, is_without_largest, downloads
-- scratch
-- How many models, owners, families and regions have just so many downloads, and how many have more: with this all measures of concentration
-- are exact, and nothing of three million rows is sorted.
with counted as (
    select dataset, level, downloads, count(*) as members
    from core.downloads_by_member
    where is_compared
    group by dataset, level, downloads
),
reduced as (
    select dataset, level, downloads, other_models, other_downloads
    from core.downloads_by_member
    where is_compared and other_models < models
),
compared as (
    select dataset, level, false as is_without_largest, downloads, members from counted
    union all
    select dataset, level, true, downloads, members from counted
    union all
    select dataset, level, true, downloads, -1 from reduced
    union all
    select dataset, level, true, other_downloads, 1 from reduced where other_models > 0
),
summed as (
    select dataset, level, is_without_largest, downloads, sum(members)::bigint as members
    from compared
    group by dataset, level, is_without_largest, downloads
    having sum(members) > 0
)
select
    *,
    sum(members) over more - members as members_above,
    sum(members * downloads) over more - members * downloads as downloads_above,
    sum(members) over everything as all_members,
    sum(members * downloads) over everything as all_downloads,
from summed
window
    more as (partition by dataset, level, is_without_largest order by downloads desc rows between unbounded preceding and current row),
    everything as (partition by dataset, level, is_without_largest)
