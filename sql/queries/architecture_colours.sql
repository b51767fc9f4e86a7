-- grain: architecture
-- The names of architectures in reading order, each with its colour.
select
    architecture,
    color,
    is_named,
from core.architectures
order by rank
