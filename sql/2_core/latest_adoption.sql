-- grain: series_id, model_key
-- scratch
-- The last weekly figures of each series that is listed; where there is no history of adoption, those of the Hub's listing, without a series.
with last_week as (
    select max(week) as week from staging.hub_adoption_weeks where is_listed and downloads_30d is not null
),
most_used as (
    select model_key
    from core.models
    where is_listed
    order by downloads_30d desc nulls last, model_id
    limit 50000
)
select distinct
    weeks.series_id,
    models.model_key,
    coalesce(models.model_id, adopted.unlisted_id) as model_id,
    coalesce(models.owner, if(contains(adopted.unlisted_id, '/'), split_part(adopted.unlisted_id, '/', 1), 'Hugging Face')) as owner,
    weeks.week,
    weeks.downloads_30d,
    weeks.downloads_all_time,
    weeks.likes,
    weeks.gained,
    adopted.is_daily,
    false as is_from_listing,
from staging.hub_adoption_weeks as weeks
join last_week using (week)
join core.adopted_by_key as adopted using (series_id)
left join core.models using (model_key)
where weeks.is_listed
union all
select
    null as series_id,
    models.model_key,
    models.model_id,
    models.owner,
    (select date_trunc('week', max(last_seen_at))::date from core.models where is_listed) as week,
    models.downloads_30d,
    models.downloads_all_time,
    models.likes,
    null as gained,
    models.model_key in (select model_key from most_used) as is_daily,
    true as is_from_listing,
from core.models
where models.is_listed and (select week from last_week) is null
