-- grain: series_id, day
-- Figures of the named models on every kept day of the last 90; where they did not move, those of the kept day before. While a
-- series is gone, and before its first day, there is no row. gained is NULL where nothing compares. is_spike: more than three times
-- the median of the seven kept days before and after, and at least a hundred downloads.
with selected as (
    select series_id, model_id from core.adopted where is_daily and list_contains($models, model_id)
),
moves as (
    select adoption.* from core.adoption semi join selected using (series_id)
),
axis as (
    select selected.series_id, selected.model_id, days.day, days.days, days.since, days.stretch
    from selected
    cross join core.adoption_days as days
    where days.day >= (select max(day) - 90 from core.adoption_days)
),
filled as (
    select
        axis.*,
        moves.change,
        moves.downloads_30d,
        moves.downloads_all_time,
        moves.likes,
        case
            when moves.day = axis.day then moves.gained
            when axis.since is not null then 0
        end as gained,
        moves.day = axis.day and moves.is_rollback as is_rollback,
    from axis
    asof join moves on moves.series_id = axis.series_id and moves.stretch = axis.stretch and moves.day <= axis.day
),
compared as (
    select
        *,
        gained / days as gained_a_day,
        median(gained / days) over near as usually_gained,
        count(gained) over near as neighbours,
    from filled
    where change != 'gone'
    window near as (
        partition by series_id, stretch order by day rows between 7 preceding and 7 following exclude current row
    )
)
select
    series_id,
    model_id,
    day,
    since,
    downloads_30d,
    downloads_all_time,
    likes,
    gained,
    is_rollback,
    coalesce(neighbours >= 3 and gained >= 100 and gained_a_day > 3 * usually_gained, false) as is_spike,
from compared
order by model_id, series_id, day
