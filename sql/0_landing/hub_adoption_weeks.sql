-- grain: none, as landed
-- divided by: week
-- The weekly series of adoption, computed from landed days when a week is complete, sorted so that one series reads quickly: every repository that ever had 10 downloads in 30 days, 50 of all time, or one like.
select
    null::uinteger as series_id, /* one repository through all its names */
    null::date as week, /* its Monday */
    null::bigint as downloads_30d, /* as on the last kept day of the week; NULL where the week has none, or where it is unknown */
    null::bigint as downloads_all_time, /* the same */
    null::bigint as likes, /* the same */
    null::bigint as gained, /* new downloads in the week by the all-time figure; a gap's are spread evenly over its days; NULL where nothing compares */
    null::boolean as is_spread, /* a part of the gained downloads comes from a gap of more than a day */
    null::boolean as is_listed, /* in the last listing of the week; in a week without one, in the last listing before */
where false
