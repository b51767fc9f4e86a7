-- grain: day
-- Downloads and likes of one model on the kept days of the last 400 on which they moved.
select day, downloads_30d, downloads_all_time, likes
from marts.adoption
where model_id = $model_id and change != 'gone'
order by day
