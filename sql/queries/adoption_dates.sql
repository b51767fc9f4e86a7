-- grain: first_on
-- The first and the last day of the history of adoption, and how many days and weeks with figures it has.
select
    min(days.day) as first_on,
    max(days.day) as last_on,
    count(*)::int as kept_days,
    (select count(distinct week)::int from marts.adoption_by_owner_and_week where downloads_30d is not null) as weeks,
    bool_or(days.downloads_all_time > 0) as has_all_time,
from core.adoption_days as days
having count(*) > 0
