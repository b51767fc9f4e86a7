-- grain: series_id, day
-- Figures of the repositories that are followed day by day (core.adopted.is_daily), on each day on which they moved, in the last 400 days
-- of the history of adoption, and as they stood when these began. A kept day without a row: as on the one before it. All other
-- repositories, and earlier days, are in landing/hub_adoption, by series_id.
with bounds as (
    select
        max(day) - 400 as first_on,
        (select max(day) from core.adoption_days where is_frame and day <= (select max(day) - 400 from core.adoption_days)) as frame_on,
    from core.adoption_days
),
followed as (
    select moves.*, days.stretch
    from staging.hub_adoption as moves
    join core.adoption_days as days using (day)
    semi join (from core.adopted_by_key where is_daily) as adopted using (series_id)
    where moves.day >= (select coalesce(frame_on, first_on) from bounds)
),
opening as (
    from followed
    where day <= (select first_on from bounds)
    qualify row_number() over (partition by series_id order by day desc) = 1
),
reached as (
    select * replace (greatest(day, (select first_on from bounds)) as day, if(day = (select first_on from bounds), change, 'same') as change) from opening where change != 'gone'
    union all
    from followed where day > (select first_on from bounds) and change != 'same'
)
select
    series_id, /* repository, in core.adopted */
    day, /* UTC day; of the first row as it stood when these 400 days began */
    stretch, /* days that are compared with each other, as in core.adoption_days */
    change, /* same (on the first row), first, moved, known (a figure became known or unknown), back, gone */
    downloads_30d, /* downloads of the last 30 days; NULL is unknown; of one that is gone the last known */
    downloads_all_time, /* all-time downloads, as told; not monotonic; of one that is gone the last known */
    likes, /* likes; of one that is gone the last known */
    if(change = 'same', null, gained) as gained, /* new downloads since the kept day before, by the all-time figure; a decrease counts as none; NULL where nothing compares */
    is_rollback and change = 'moved' as is_rollback, /* its all-time downloads decreased */
from reached
order by series_id, day
