-- grain: last_on
-- What the overview's tiles of the week and of the year say, in one row; none without a history of adoption. The model whose new downloads of the last seven days changed most against the mean of the three times seven days before, in proportion: of those with
-- 10,000 of them, or where fewer than ten models have as many, 1,000; if it fell, with as many before. A rise made by one day, with more than half of the week, is left out. And the named architecture whose share of the downloads in 30 days changed most in a year,
-- in percentage points; both days of it must be of one stretch of days that compare.
with days as (
    select min(day) as first_on, max(day) as last_on from core.adoption_days
),
floors as (
    select coalesce(max(least_gained), 1000) as floor from marts.adoption_movers
),
movers as (
    select moves.model_id, moves.gained, moves.gained_before, moves.growth, moves.last_on
    from marts.adoption_movers as moves
    cross join floors
    where if(
        moves.growth > 0,
        moves.gained >= floors.floor and coalesce(moves.most_in_a_day, 0) <= 0.5,
        moves.growth <= 0 and greatest(moves.gained, moves.gained_before) >= floors.floor
    )
    order by abs(moves.growth) desc, greatest(moves.gained, moves.gained_before) desc, moves.model_id, moves.series_id
    limit 1
),
listed_days as (
    select sums.day, quality.stretch
    from marts.adoption_by_day as sums
    join core.adoption_days as quality using (day)
    where sums.dimension = 'all' and sums.downloads_30d > 0
),
compared as (
    select latest.day, max(listed_days.day) filter (listed_days.day <= (select last_on from days) - 365) as day_before
    from (select max(day) as day, max_by(stretch, day) as stretch from listed_days) as latest
    left join listed_days using (stretch)
    group by latest.day
),
shares as (
    select
        sums.member,
        coalesce(sum(sums.downloads_30d) filter (sums.day = compared.day), 0) / sum(sum(sums.downloads_30d) filter (sums.day = compared.day)) over () as share,
        coalesce(sum(sums.downloads_30d) filter (sums.day = compared.day_before), 0)
            / sum(sum(sums.downloads_30d) filter (sums.day = compared.day_before)) over () as share_before,
    from marts.adoption_by_day as sums
    cross join compared
    where sums.dimension = 'architecture' and (sums.day = compared.day or sums.day = compared.day_before)
    group by sums.member
),
changed as (
    select shares.*
    from shares
    cross join compared
    where shares.member not in ('Other', 'Unknown', 'Rare')
        and compared.day_before >= compared.day - 379 -- at most two weeks more than a year before
    order by abs(shares.share - shares.share_before) desc, shares.member
    limit 1
)
select
    days.first_on,
    days.last_on,
    movers.model_id,
    movers.gained,
    movers.gained_before,
    movers.growth,
    movers.last_on as week_ends_on,
    floors.floor,
    changed.member as architecture,
    changed.share,
    changed.share_before,
    compared.day,
    compared.day_before,
from days
cross join floors
cross join compared
left join movers on true
left join changed on true
where days.last_on > days.first_on
order by days.last_on
