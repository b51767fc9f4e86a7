-- grain: none, as landed
-- Who was absent from a full listing though known before, as seen last, and who was back, as landed after each listing.
select
    *,
    null::boolean as is_absent, /* absent from this listing; False: absent before, and back */
    null::timestamp as last_seen_at, /* as_of of the snapshot that held it last, UTC; NULL for one that is back */
from landing.hub_record
