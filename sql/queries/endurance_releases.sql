-- grain: model_id
-- Releases whose launch was followed and whose name contains what is typed, most downloads in their first 26 weeks first.
select model_id, launches.downloads_26_weeks as downloads
from marts.launches
join marts.lifetimes using (series_id)
where lifetimes.dataset = $dataset and contains(lower(lifetimes.model_id), lower($typed))
order by downloads desc, model_id
limit 50
