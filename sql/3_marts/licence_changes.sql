-- grain: licence_pair
-- stored
-- The pairs of licences of a base model and of a model that names it, each with its number, so that pairs of models are counted by numbers.
select distinct
    licence_pair, /* number of the pair, as in marts.licence_edges */
    base_license, /* licence of the base; NULL is none declared, or no word but unknown */
    base_class, /* its class; NULL where no source lists the base */
    license, /* licence of the model; NULL is none declared, or no word but unknown */
    license_class, /* its class */
    outcome, /* what became of the base's licence, as in marts.licence_edges */
from marts.licence_edges
order by licence_pair
