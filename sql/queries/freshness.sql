-- grain: listed_at
-- The newest full listing that was fetched, how many days lie between full listings, and whether its day moved as the days before it
-- did; NULL where none was fetched.
with listing as (
    select max(as_of) as listed_at
    from core.snapshots
    where source = 'hub_listing' and as_of_rule = 'fetched' and not is_simulated
),
recent as (
    select day, days, gained / days as gained_a_day, is_stalled, row_number() over (order by day desc) as position
    from core.adoption_days
    where day <= (select listed_at::date from listing)
),
usual as (
    select
        median(days) filter (position <= 8) as usual_days,
        median(gained_a_day) filter (position between 2 and 16) as usually_gained,
        count(gained_a_day) filter (position between 2 and 16) as compared_days,
    from recent
)
select
    listing.listed_at,
    usual.usual_days,
    coalesce(recent.is_stalled, false) as is_unmoved,
    coalesce(recent.gained_a_day < 0.3 * usual.usually_gained and usual.compared_days >= 3, false) as is_slow,
from listing
cross join usual
left join recent on recent.day = listing.listed_at::date
