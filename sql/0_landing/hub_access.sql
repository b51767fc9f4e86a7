-- grain: none, as landed
-- Access to the models of each full listing, as sums: recorded when a listing lands, because the Hub shows today's access only. No names.
select
    null::date as day, /* UTC day of the full listing */
    null::varchar as gated, /* as the listing says: false, auto or manual; NULL is unknown */
    null::bigint as models, /* listed repositories with it */
    null::bigint as downloads_30d, /* their downloads of the last 30 days, summed; NULL where none is known */
where false
