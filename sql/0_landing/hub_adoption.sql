-- grain: none, as landed
-- The history of adoption as landed: who moved on each day with a full listing, and one row a day, of series 0, about them all.
select
    null::date as day, /* UTC day of the full listing */
    null::date as since, /* the kept day that changes count from; NULL opens a stretch that nothing before it is compared with */
    null::boolean as is_frame, /* True where the run holds every listed repository */
    null::uinteger as series_id, /* one repository through all its names; 0 is the day itself */
    null::varchar as change, /* day, first, moved, known (a figure became known or unknown), back, gone, same */
    null::varchar as model_id, /* repository id where the series has it from this day on; else NULL */
    null::varchar as hub_id, /* the Hub's own _id where it becomes known; else NULL */
    null::bigint as downloads_30d, /* downloads of the last 30 days; NULL is unknown; of one that is gone the last known */
    null::bigint as downloads_all_time, /* downloadsAllTime; the same */
    null::bigint as likes, /* likes; the same */
    null::bigint as downloads_30d_change, /* against the kept day before; unknown counts as 0 */
    null::bigint as downloads_all_time_change, /* against the kept day before; unknown counts as 0 */
    null::bigint as likes_change, /* against the kept day before; unknown counts as 0 */
    null::struct(
        listed bigint, "first" bigint, moved bigint, back bigint, gone bigint, renamed bigint,
        downloads_30d bigint, downloads_all_time bigint, likes bigint, gained bigint, rolled_back bigint, lost bigint
    ) as summary, /* on the row of the day itself: counts and sums over all its repositories */
where false
