-- grain: day, architecture
-- stored
-- Adoption of each architecture on every kept day of the last 90 days, and before that on each frame, about one day in thirty.
with reach as (
    select max(day) - 90 as window_from, max(day) filter (is_frame and day <= (select max(day) - 90 from core.adoption_days)) as frame_on
    from core.adoption_days
),
anchors as (
    -- each stretch of days is summed up from its first day in reach: a frame, or the opening of the stretch
    select days.day, days.stretch, days.is_frame, days.day < coalesce(reach.frame_on, days.day) as is_before
    from core.adoption_days as days
    cross join reach
    where days.is_frame or days.day >= coalesce(reach.frame_on, days.day)
),
placed as (
    select *, is_before or day = min(day) filter (not is_before) over (partition by stretch) as is_whole
    from anchors
),
series as (
    select adopted.series_id, coalesce(models.architecture, 'Unknown') as architecture
    from core.adopted
    left join core.models using (model_id)
),
summed as (
    select
        moves.day,
        series.architecture,
        sum(case when placed.is_whole then (moves.change != 'gone')::int when moves.change in ('first', 'back') then 1 when moves.change = 'gone' then -1 else 0 end)::bigint as models,
        sum(if(placed.is_whole, if(moves.change = 'gone', 0, coalesce(moves.downloads_30d, 0)), moves.downloads_30d_change))::bigint as downloads_30d,
        sum(if(placed.is_whole, if(moves.change = 'gone', 0, coalesce(moves.downloads_all_time, 0)), moves.downloads_all_time_change))::bigint as downloads_all_time,
        sum(if(placed.is_whole, if(moves.change = 'gone', 0, coalesce(moves.likes, 0)), moves.likes_change))::bigint as likes,
        sum(moves.gained)::bigint as gained,
    from staging.hub_adoption as moves
    join placed on placed.day = moves.day
    join series using (series_id)
    group by all
),
axis as (
    select placed.day, placed.stretch, placed.is_before, placed.is_whole, architecture
    from placed
    cross join (select distinct architecture from summed)
)
select
    axis.day, /* UTC day of a full listing */
    axis.architecture, /* group of architectures, as known today */
    sum(coalesce(summed.models, 0)) over so_far::bigint as models, /* repositories in the listing */
    sum(coalesce(summed.downloads_30d, 0)) over so_far::bigint as downloads_30d, /* their downloads of the last 30 days */
    sum(coalesce(summed.downloads_all_time, 0)) over so_far::bigint as downloads_all_time, /* their all-time downloads */
    sum(coalesce(summed.likes, 0)) over so_far::bigint as likes, /* their likes */
    if(axis.is_before or days.since is null, null, coalesce(summed.gained, 0)) as gained, /* new downloads since the kept day before; NULL where nothing compares */
from axis
join core.adoption_days as days using (day)
left join summed using (day, architecture)
window so_far as (
    partition by axis.architecture, axis.stretch, if(axis.is_before, axis.day, null)
    order by axis.day rows between unbounded preceding and current row
)
qualify axis.is_before or axis.day >= (select window_from from reach)
order by axis.day, axis.architecture
