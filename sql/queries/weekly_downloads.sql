-- grain: week
-- Downloads of one model in each complete week of the history of adoption, of a model that is followed day by day.
with series as (
    select adopted.series_id
    from core.adopted
    where adopted.model_id = $model_id and adopted.is_daily
    order by adopted.is_listed desc, adopted.first_on desc, adopted.series_id
    limit 1
)
select
    weeks.week,
    weeks.downloads_30d,
    weeks.gained,
    weeks.is_spread,
    weeks.week = (select max(week) from core.adoption_weeks) as is_last,
from core.weekly_adoption as weeks
semi join series using (series_id)
order by weeks.week
