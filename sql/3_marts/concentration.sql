-- grain: dataset, basis, day, level, is_without_largest
-- stored
-- How unevenly downloads are spread over models, owners, families and regions, with and without the most downloaded model of the dataset on
-- that day. A family is a base with all that descends from it; of a model with several roots the nearest counts. Owners whom nobody reviewed are
-- no region.
with tops as (
    select unnest([1, 4, 10, 100]) as top
),
summed as (
    select
        dataset,
        basis,
        day,
        level,
        is_without_largest,
        max(all_members) as members,
        sum(members) filter (downloads > 0) as used_members,
        max(all_downloads) as downloads,
        -- places count from the least downloaded, from 1: of members with as many downloads the sum of their places
        sum(downloads * (members * (all_members - members_above - members) + members * (members + 1) // 2)) as downloads_by_place,
        -- rounded below, for threads add in any order
        sum(members * (100.0 * downloads / nullif(all_downloads, 0)) * (100.0 * downloads / nullif(all_downloads, 0))) as hhi,
    from core.downloads_histogram
    group by dataset, basis, day, level, is_without_largest
),
shares as (
    select
        histogram.dataset,
        histogram.basis,
        histogram.day,
        histogram.level,
        histogram.is_without_largest,
        tops.top,
        (histogram.downloads_above + (least(tops.top, histogram.all_members) - histogram.members_above) * histogram.downloads) / nullif(histogram.all_downloads, 0) as share,
    from core.downloads_histogram as histogram
    join tops
        on least(tops.top, histogram.all_members) > histogram.members_above
        and least(tops.top, histogram.all_members) <= histogram.members_above + histogram.members
),
topped as (
    select
        dataset,
        basis,
        day,
        level,
        is_without_largest,
        max(share) filter (top = 1) as top_1,
        max(share) filter (top = 4) as top_4,
        max(share) filter (top = 10) as top_10,
        max(share) filter (top = 100) as top_100,
    from shares
    group by dataset, basis, day, level, is_without_largest
)
select
    summed.dataset, /* hub, v2, v1 or the id of an official benchmark */
    summed.basis, /* listing: all models of the latest listing; weeks: those of the weekly series, which ever had 10 downloads in 30 days, 50 of all time, or one like */
    summed.day, /* UTC day whose downloads are compared: of the latest listing, or of the last listing in the last complete week of a month */
    summed.level, /* model, owner, family or region: whose downloads are compared */
    summed.is_without_largest, /* without the most downloaded model of the dataset on that day */
    summed.members::bigint as members, /* models, owners, families or regions, also those without a download */
    coalesce(summed.used_members, 0)::bigint as used_members, /* of these, with a download */
    summed.downloads::bigint as downloads, /* downloads in 30 days, of all of them */
    (2 * summed.downloads_by_place / nullif(summed.members * summed.downloads, 0) - (summed.members + 1) / summed.members)::double as gini, /* Gini coefficient: 0 all have as many, 1 one has all; NULL without a download */
    round(summed.hhi, 6)::double as hhi, /* Herfindahl-Hirschman index: the sum of squared shares in percent, to 10,000; NULL without a download */
    topped.top_1::double as top_1, /* share of the most downloaded one, 0 to 1 */
    topped.top_4::double as top_4, /* share of the four most downloaded, 0 to 1 */
    topped.top_10::double as top_10, /* share of the ten most downloaded, 0 to 1 */
    topped.top_100::double as top_100, /* share of the hundred most downloaded, 0 to 1; 1 where there are fewer */
from summed
join topped using (dataset, basis, day, level, is_without_largest)
order by summed.dataset, summed.basis, summed.day, summed.level, summed.is_without_largest
