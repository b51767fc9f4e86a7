-- grain: day
-- The days that the history of adoption holds, one per day with a full listing; a day without one is a gap. Sums are over all listed repositories.
with day_rows as (
    select
        day, since, is_frame, snapshot_id, unnest(summary),
        day - since as days,
        count(*) filter (since is null) over (order by day) as stretch,
    from staging.hub_adoption
    where series_id = 0
),
compared as (
    select
        *,
        gained / days as gained_a_day,
        median(gained / days) over near as usually_gained,
        count(gained) over near as neighbours,
        lag(gained / days) over in_order as gained_a_day_before,
        lead(gained / days) over in_order as gained_a_day_after,
    from day_rows
    window
        near as (partition by stretch order by day rows between 7 preceding and 7 following exclude current row),
        in_order as (partition by stretch order by day)
)
select
    day,
    since, /* the kept day before it, from which changes count; NULL where a stretch of days opens */
    days::int as days, /* days between them */
    stretch::int as stretch, /* days that are compared with each other, from 1 */
    is_frame, /* landed with every repository, not only those that moved */
    listed, /* repositories in the listing */
    "first" as first_seen, /* of these, never seen before in the stretch */
    back, /* of these, absent on the kept day before but seen earlier */
    gone, /* absent for the first time */
    renamed, /* known by another name the kept day before */
    moved, /* repositories of which a figure changed */
    downloads_30d, /* downloads of the last 30 days, summed */
    downloads_all_time, /* all-time downloads, summed; not monotonic */
    likes, /* likes, summed */
    gained, /* new downloads since then, by the all-time figures of repositories that were there on both days; a decrease counts as none */
    lost, /* all-time downloads that were taken back, summed */
    rolled_back, /* repositories whose all-time downloads decreased */
    coalesce(since is not null and (moved = 0 or (neighbours >= 3 and gained_a_day < 0.3 * usually_gained)), false) as is_stalled, /* no figure moved, or less was gained than 0.3 of the median of the seven kept days before and after */
    coalesce(compared.days = 1 and large >= 4 and large_moved * 4 <= large * 3, false) as is_partly_frozen, /* the downloads of a quarter or more of the repositories with at least 60,000 a month did not change; judged where there are four of them, and over a single day */
    coalesce(
        neighbours >= 3 and gained_a_day < 0.7 * usually_gained and gained_a_day >= 0.3 * usually_gained
        and greatest(coalesce(gained_a_day_before, 0), coalesce(gained_a_day_after, 0)) + gained_a_day >= 1.9 * usually_gained, false
    ) as is_dip, /* gained less than 0.7 of that median, which the kept day before or after makes up for */
    coalesce(rolled_back > 0 and rolled_back * 100 >= moved, false) as is_rollback, /* all-time downloads decreased for at least 1 in 100 of those that moved */
    coalesce(neighbours >= 3 and gained_a_day > 3 * usually_gained, false) as is_spike, /* gained more than three times the median of the seven kept days before and after */
    snapshot_id, /* landed run that holds it */
from compared
join core.adoption_of_large using (day)
order by day
