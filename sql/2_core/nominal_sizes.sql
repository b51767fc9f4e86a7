-- grain: nominal_b
-- The size class of every nominal size that a model has.
select
    models.nominal_b, /* size as people call it, billions, as in core.models */
    sizes.size, /* its size class: lower bound in, upper bound out; 80 itself is in 40–80 */
from (select distinct nominal_b from core.models where nominal_b is not null) as models
join core.sizes
    on models.nominal_b >= coalesce(sizes.at_least_b, 0)
    and models.nominal_b > coalesce(sizes.above_b, -1)
    and models.nominal_b < coalesce(sizes.below_b, 'inf'::double)
    and models.nominal_b <= coalesce(sizes.at_most_b, 'inf'::double)
    and sizes.size != 'unknown'
order by models.nominal_b
