-- grain: week
-- Downloads in 30 days of all models of one owner, at the end of each complete week of the history of adoption; of the 5,000 owners that are used most.
select week, models, downloads_30d
from marts.adoption_by_owner_and_week
semi join core.adoption_weeks using (week)
where owner = $owner
order by week
