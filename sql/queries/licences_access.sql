-- grain: day, measure
-- Of all models of each full listing of our own whose access is known, and of their downloads in 30 days, the share that is gated;
-- whatever the filters, for each day was recorded as a sum. Only days that the latest one can be compared with.
with days as (
    select
        day,
        any_value(listed) as listed,
        coalesce(sum(models) filter (access = 'unknown'), 0) as models_of_unknown_access,
        coalesce(sum(models) filter (access in ('auto', 'manual')), 0) as gated_models,
        coalesce(sum(models) filter (access != 'unknown'), 0) as stated_models,
        coalesce(sum(downloads_30d) filter (access in ('auto', 'manual')), 0) as gated_downloads,
        coalesce(sum(downloads_30d) filter (access != 'unknown'), 0) as stated_downloads,
    from core.access_by_day
    where $dataset = 'hub'
        and stretch = (select max(stretch) from core.access_by_day)
    group by day
),
measures as (
    select day, listed, models_of_unknown_access, 'models' as measure, gated_models as gated, stated_models as of_all from days
    union all
    select day, listed, models_of_unknown_access, 'downloads', gated_downloads, stated_downloads from days
)
select
    day,
    measure,
    gated::bigint as gated,
    of_all::bigint as of_all,
    gated / nullif(of_all, 0) as share,
    listed,
    models_of_unknown_access::bigint as models_of_unknown_access,
from measures
order by day, measure desc
