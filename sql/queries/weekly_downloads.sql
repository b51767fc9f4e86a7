-- grain: week
-- Downloads of one model in each complete week of the history of adoption, of a model that is followed day by day.
with series as (
    select series_id
    from marts.followed_models
    where model_id = $model_id
    order by is_listed desc, first_on desc, series_id
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
