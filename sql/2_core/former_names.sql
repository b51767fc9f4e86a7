-- grain: day, series_id
-- scratch
-- Repositories that got another name: the day, the name before and the one since then. Other letter cases are no other name.
with series as (
    select distinct series_id from core.listing_moves where new_name is not null
),
named as (
    select
        day,
        series_id,
        model_id,
        lag(model_id) over (partition by series_id order by day) as former_name,
    from staging.hub_adoption
    where model_id is not null and series_id in (select series_id from series)
)
select moves.day, moves.since, moves.series_id, named.former_name, named.model_id as new_name
from core.listing_moves as moves
join named using (series_id, day)
where moves.new_name is not null and lower(named.model_id) != lower(named.former_name)
