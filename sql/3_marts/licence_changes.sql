-- grain: licence_pair
-- stored
-- The pairs of licences of a base model and of a model that names it, each with its number, so that pairs of models are counted by numbers.
select distinct
    licence_pair, /* number of the pair, as in marts.licence_edges */
    base_license,
    base_class,
    license,
    license_class,
    outcome, /* what became of the base's licence, as in marts.licence_edges */
from marts.licence_edges
order by licence_pair
