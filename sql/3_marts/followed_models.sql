-- grain: series_id
-- stored
-- The repositories that are followed day by day, with the names they have now: few rows, so that one of them is there at once.
select
    series_id, /* repository, in core.adopted */
    model_id, /* its name now */
    first_on,
    is_listed,
from core.adopted
where is_daily
order by model_id, series_id
