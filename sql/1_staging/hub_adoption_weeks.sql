-- grain: none, as landed
-- Weekly series of adoption, of every repository that ever passed the floor; only complete weeks.
select
    series_id,
    week,
    downloads_30d,
    downloads_all_time,
    likes,
    gained,
    is_spread,
    is_listed,
from landing.hub_adoption_weeks
