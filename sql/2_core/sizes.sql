-- grain: size
-- The size classes that people choose from, in reading order, with their bounds in billions of parameters.
select
    size, /* name of the class, billions of parameters; unknown is that of a model without a nominal size */
    rank::int as rank, /* reading order */
    at_least_b::double as at_least_b, /* lower bound, itself in the class */
    above_b::double as above_b, /* lower bound, itself not in the class */
    below_b::double as below_b, /* upper bound, itself not in the class */
    at_most_b::double as at_most_b, /* upper bound, itself in the class */
from seeds.sizes
