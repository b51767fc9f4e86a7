-- grain: member
-- Whose adoption can be drawn: the ten most used, or the named ones, with their last figures; for the search box those whose name contains what was typed.
select member, models, downloads_30d, downloads_all_time, likes, appeared_on, place
from marts.adoption_members
where dimension = $by
    and if($typed != '', contains(folded_name, lower($typed)), if(len($members) > 0, list_contains($members, member), place <= 10))
order by place
limit 50
