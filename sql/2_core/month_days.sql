-- grain: week
-- scratch
-- The last complete week with a listing of each month, by the day of its last listing: what is compared with other months.
select
    max(week) as week,
    max(last_on) as day,
from core.adoption_weeks
where kept_days > 0
group by date_trunc('month', last_on)
