-- grain: member
-- Whose adoption can be drawn: the ten most used, or the named ones, with their last figures; of groups also their share of all downloads in 30 days; for the search box those whose name contains what was typed.
select
    member,
    models,
    downloads_30d,
    downloads_all_time,
    likes,
    appeared_on,
    place,
    if($by in ('model', 'owner', 'family'), null, downloads_30d / nullif((select sum(downloads_30d) from marts.adoption_members where dimension = $by), 0)) as share,
from marts.adoption_members
where dimension = $by
    and if($typed != '', contains(folded_name, lower($typed)), if(len($members) > 0, list_contains($members, member), place <= 10))
order by place
limit 50
