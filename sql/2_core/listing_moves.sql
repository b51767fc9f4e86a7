-- grain: day, series_id
-- scratch
-- grows by: day from staging.hub_adoption
-- Repositories that appeared, went, came back or got another name on each kept day that is compared with one before it.
select
    day,
    since,
    series_id,
    change,
    if(change = 'first', null, model_id) as new_name,
    if(change = 'gone', downloads_30d, null) as last_downloads_30d,
from staging.hub_adoption
where since is not null and series_id > 0 and (change in ('first', 'gone', 'back') or model_id is not null)
