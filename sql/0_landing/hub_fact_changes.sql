-- grain: none, as landed
-- What repositories declare otherwise than in the full listing before, recorded when a listing lands, because older listings are removed: one row about the pair of listings, one for each repository and fact.
select
    null::date as day, /* UTC day of the full listing */
    null::date as since, /* UTC day of the listing that it is compared with */
    null::varchar as kind, /* compared (the pair itself), licence, gating, base, parameters or task */
    null::varchar as model_id, /* repository id in the listing of the day */
    null::varchar as before, /* as declared in the earlier listing; NULL is none. Base models are sorted and joined by commas, parameters as counted in the files */
    null::varchar as after, /* the same in the listing of the day */
where false
