-- grain: model_id
-- Movers of the week: the models whose new downloads of the last seven days rose or fell most against the mean of the three times seven days before; or the new entries, now among the hundred with most and not in any of the three before. A model counts with the new downloads from which a week counts as moved; if it fell, with as many in one of the two. A rise made by one day, with more than half of the new downloads of the week, is left out.
with judged as (
    select *, coalesce(most_in_a_day > 0.5, false) as is_burst
    from marts.adoption_movers
),
moved as (
    select
        *,
        row_number() over (order by growth desc, gained desc, model_id) as rise,
        null as fall,
    from judged
    where $movers = 'growth' and growth > 0 and gained >= least_gained and not is_burst
    union all
    select
        *,
        null as rise,
        row_number() over (order by growth, gained_before desc, model_id) as fall,
    from judged
    where $movers = 'growth' and growth < 0 and greatest(gained, gained_before) >= least_gained
    union all
    select
        *,
        row_number() over (order by place) as rise,
        null as fall,
    from judged
    where $movers = 'entries' and place <= 100 and coalesce(best_place_before > 100, true) and not is_burst
),
counted as (
    select count(*) filter (is_burst and gained >= least_gained and coalesce(growth > 0, true))::int as bursts, max(least_gained) as least_gained from judged
)
select
    moved.model_id,
    moved.gained,
    moved.gained_before,
    moved.growth,
    moved.most_in_a_day,
    moved.place,
    moved.best_place_before,
    moved.is_spread,
    moved.last_on,
    counted.bursts,
    counted.least_gained,
from moved
cross join counted
where moved.rise <= 10 or moved.fall <= 5
qualify row_number() over (partition by moved.model_id order by moved.series_id) = 1
order by moved.rise nulls last, moved.fall desc, moved.model_id
