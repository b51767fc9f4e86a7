-- grain: license_class
-- The classes of licences in reading order, and the order of those that can be compared: a curated list.
select
    license_class, /* permissive, copyleft, OpenRAIL, community, non-commercial, other or unknown */
    rank::int as rank, /* reading order */
    looseness::int as looseness, /* from 1, what restricts use most, to 5; NULL has no place in the order */
    color, /* colour in charts */
    source, /* where this is from */
from seeds.licence_classes
