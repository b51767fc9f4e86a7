-- grain: last_on
-- What the overview's tiles of the week and of the year say, in one row; none without a history of adoption. The model whose new downloads of the last seven days changed most against the mean of the three times seven days before, in proportion: of those with
-- 10,000 of them, or where fewer than ten models have as many, 1,000; a week made by one day, with more than half of them, is left out. And the named architecture whose share of the downloads in 30 days changed most in a year, in percentage points.
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
    where moves.gained >= floors.floor and moves.growth is not null and coalesce(moves.most_in_a_day, 0) <= 0.5
    order by abs(moves.growth) desc, moves.gained desc, moves.model_id, moves.series_id
    limit 1
),
compared as (
    select
        max(day) as day,
        (select max(day) from marts.adoption_by_day where dimension = 'all' and downloads_30d > 0 and day <= (select max(day) from core.adoption_days) - 365) as day_before,
    from marts.adoption_by_day
    where dimension = 'all' and downloads_30d > 0
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
