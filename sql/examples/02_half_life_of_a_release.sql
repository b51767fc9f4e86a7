-- How long a release pulls: the half-life of its derivatives
-- grain: release_id
-- Of all derivatives that appeared in the 180 days after a release, half had appeared by this day. Only releases that
-- the Hub's listing follows for all of these days, and with at least twenty derivatives.
with days as (
    select
        release_id,
        label,
        released_on,
        date_diff('day', released_on, appeared_on) as day,
        sum(models) as derivatives,
    from marts.derivatives_by_release_day_architecture_and_size
    join core.releases using (release_id)
    where dataset = 'hub' and appeared_on between released_on and released_on + 180
    group by all
),
so_far as (
    select
        *,
        sum(derivatives) over (partition by release_id order by day) as until_then,
        sum(derivatives) over (partition by release_id) as total,
    from days
)
select
    release_id,
    label,
    released_on,
    min(day) filter (until_then >= total / 2) as half_life_days,
    max(total)::bigint as derivatives_in_180_days,
from so_far
where total >= 20 and released_on + 180 < (select max(as_of) from marts.datasets where dataset = 'hub')
group by all
order by half_life_days, derivatives_in_180_days desc, release_id
