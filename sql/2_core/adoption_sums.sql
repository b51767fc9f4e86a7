-- grain: series_id
-- scratch
-- What each repository gained in the last 90 days of the history of adoption, and whether it is in the last listing: one reading of its days.
with bounds as (
    select max(day) as last_on, max(day) filter (is_frame) as frame_on from core.adoption_days
)
select
    series_id,
    sum(gained) filter (day > last_on - 30)::bigint as gained_30d,
    sum(gained) filter (day > last_on - 90)::bigint as gained_90d,
    count(*) filter (is_rollback and day > last_on - 90)::int as rollbacks_90d,
    max(downloads_30d) filter (change != 'gone') as most_downloads_30d,
    coalesce(max(day) filter (change != 'gone' and day >= frame_on) > coalesce(max(day) filter (change = 'gone'), date '0001-01-01'), false) as is_listed,
from staging.hub_adoption
cross join bounds
where series_id > 0 and day >= (select least(max(day) - 90, max(day) filter (is_frame)) from core.adoption_days)
group by series_id
