-- grain: series_id
-- stored
-- New downloads of the models that are followed day by day, in the last seven days of the history of adoption and in the three times seven days before: of those with a thousand in one of the two, and of the thousand with most. Empty where the history has fewer than 28 days.
with bounds as (
    select max(day) as last_on, min(day) as first_on from core.adoption_days
),
recent as (
    select
        adoption.series_id,
        adoption.day,
        coalesce(days.since, adoption.day - 1) as since,
        adoption.day - coalesce(days.since, adoption.day - 1) as span,
        adoption.gained,
        adoption.change in ('first', 'known', 'back', 'gone') as is_interrupted,
    from core.adoption
    join core.adoption_days as days using (day)
    where adoption.day > (select last_on - 28 from bounds)
),
moves as (
    -- of a gap's gain, each of its days has its whole part
    select
        series_id,
        span > 1 as is_spread,
        since + step::integer as day,
        gained * step // span - gained * (step - 1) // span as gained,
    from (select *, unnest(range(1, span + 1)) as step from recent where gained > 0)
),
interrupted as (
    select distinct series_id from recent where is_interrupted
),
summed as (
    select
        moves.series_id,
        coalesce(sum(moves.gained) filter (moves.day > bounds.last_on - 7), 0)::bigint as gained,
        max(moves.gained) filter (moves.day > bounds.last_on - 7) as most_in_a_day,
        coalesce(sum(moves.gained) filter (moves.day between bounds.last_on - 13 and bounds.last_on - 7), 0)::bigint as gained_1,
        coalesce(sum(moves.gained) filter (moves.day between bounds.last_on - 20 and bounds.last_on - 14), 0)::bigint as gained_2,
        coalesce(sum(moves.gained) filter (moves.day between bounds.last_on - 27 and bounds.last_on - 21), 0)::bigint as gained_3,
        coalesce(bool_or(moves.is_spread and moves.day > bounds.last_on - 7), false) as is_spread,
    from moves
    cross join bounds
    group by moves.series_id
),
placed as (
    select
        summed.*,
        adopted.model_id,
        adopted.first_on,
        (gained_1 + gained_2 + gained_3) / 3 as gained_before,
        row_number() over (order by summed.gained desc, adopted.model_id, series_id)::int as place,
        least(
            if(gained_1 > 0, row_number() over (order by summed.gained_1 desc, adopted.model_id, series_id), null),
            if(gained_2 > 0, row_number() over (order by summed.gained_2 desc, adopted.model_id, series_id), null),
            if(gained_3 > 0, row_number() over (order by summed.gained_3 desc, adopted.model_id, series_id), null)
        )::int as best_place_before,
        if(count(*) filter (gained >= 10000) over () >= 10, 10000, 1000) as least_gained,
    from summed
    join core.adopted using (series_id)
)
select
    placed.series_id,
    placed.model_id, /* its name now */
    bounds.last_on, /* last of the seven days, UTC */
    placed.gained, /* new downloads in the seven days, by the counter of all time */
    placed.gained_before, /* mean of the three times seven days before */
    placed.gained_1, /* new downloads in the seven days before */
    placed.gained_2, /* in the seven days before these */
    placed.gained_3, /* in the seven days before these */
    if(placed.gained > 0, placed.most_in_a_day / placed.gained, null) as most_in_a_day, /* share of its largest day in the new downloads of the seven days, 0 to 1 */
    if(placed.first_on <= bounds.last_on - 28 and placed.gained_before > 0 and placed.series_id not in (select series_id from interrupted), placed.gained / placed.gained_before - 1, null) as growth, /* change against that mean; NULL where the model was not there on every kept day of the 28, or had no download before */
    if(placed.gained > 0, placed.place, null) as place, /* by new downloads in the seven days, among all models that are followed */
    placed.best_place_before, /* the best of its places in the three times seven days before; NULL without a download in them */
    placed.least_gained::int as least_gained, /* new downloads from which a week counts as moved: 10,000, or where fewer than ten models have as many, 1,000 */
    placed.is_spread, /* a part of the seven days lies in a gap, whose gain is spread evenly */
from placed
cross join bounds
where (placed.gained >= 1000 or placed.gained_before >= 1000 or placed.place <= 1000)
    and bounds.first_on <= bounds.last_on - 28
    and not starts_with(placed.model_id, 'left-out/')
order by placed.series_id
