-- grain: license_class
-- The classes of licences in reading order, each with its colour.
select
    license_class,
    color,
from core.licence_classes
order by rank
