-- grain: dataset_kind, type
-- The names of types in reading order, each with its colour.
select
    dataset_kind,
    type,
    color,
from core.types
order by dataset_kind desc, rank
