-- grain: month, rank
-- stored
-- The hundred repositories with most downloads of 30 days at the last week with a listing that ended in each month, of equals the one that was first followed.
with last_weeks as (
    select date_trunc('month', week + 6)::date as month, max(week) as week
    from core.read_weeks
    group by date_trunc('month', week + 6)
),
heads as (
    -- so many repositories are enough that the hundred are among them
    select week, list_min(max(downloads_30d, 100)) as least
    from staging.hub_adoption_weeks
    semi join last_weeks using (week)
    where downloads_30d is not null
    group by week
),
ranked as (
    select
        last_weeks.month,
        last_weeks.week,
        weeks.series_id,
        weeks.downloads_30d,
        row_number() over (partition by last_weeks.month order by weeks.downloads_30d desc, weeks.series_id) as rank,
    from staging.hub_adoption_weeks as weeks
    join last_weeks using (week)
    join heads using (week)
    where weeks.downloads_30d >= heads.least
)
select
    ranked.month, /* first day of the month */
    ranked.rank::int as rank, /* from 1 */
    ranked.week, /* Monday of the week that it is read in, the last one with a listing that ended in the month */
    ranked.series_id,
    adopted.model_id, /* its name now */
    ranked.downloads_30d, /* its downloads of 30 days then */
from ranked
left join core.adopted using (series_id)
where ranked.rank <= 100
order by ranked.month, ranked.rank
