-- grain: architecture
-- Architectures that are shown by name, in reading order, each with its colour; Other and Unknown are different things.
select
    "group" as architecture, /* name of the group */
    rank::int as rank, /* reading order */
    color, /* colour in every chart */
    is_named::boolean as is_named, /* shown by name at first */
    source, /* where the colour is from */
from seeds.architecture_groups
union all
values
    ('Other', 998, '#8A8F98', true, 'known, but not grouped'),
    ('Unknown', 999, '#C3C7CD', true, 'not known')
