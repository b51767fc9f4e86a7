-- grain: none, as landed
-- Access to the models of each full listing, as sums.
select
    day,
    gated,
    models,
    downloads_30d,
    snapshot_id,
from landing.hub_access
