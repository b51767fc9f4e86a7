-- grain: dataset, level, is_without_largest, rank
-- stored
-- Corners of the curve of concentration on the day of the latest listing: the share of downloads that the most downloaded have together, at the
-- first ten ranks, at about twenty ranks of each power of ten, at the last rank with a download and at the last of all. Every corner is exact.
with steps as (
    select unnest([10, 11, 12, 14, 16, 18, 20, 22, 25, 28, 32, 35, 40, 45, 50, 56, 63, 71, 80, 90]) as tenths
),
powers as (
    select unnest([1, 10, 100, 1000, 10000, 100000, 1000000, 10000000]) as power
),
ranks as (
    select distinct steps.tenths * powers.power // 10 as rank
    from steps
    cross join powers
),
ends as (
    select
        dataset,
        level,
        is_without_largest,
        max(all_members) as members,
        sum(members) filter (downloads > 0) as used_members,
    from core.downloads_histogram
    where basis = 'listing'
    group by dataset, level, is_without_largest
),
corners as (
    select ends.dataset, ends.level, ends.is_without_largest, ranks.rank
    from ends
    join ranks on ranks.rank <= ends.members
    union
    select dataset, level, is_without_largest, members from ends
    union
    select dataset, level, is_without_largest, used_members from ends where used_members > 0
)
select
    corners.dataset, /* hub, v2, v1 or the id of an official benchmark */
    corners.level, /* model, owner, family or region */
    corners.is_without_largest, /* without the most downloaded model of the dataset */
    corners.rank::bigint as rank, /* place from the most downloaded one, from 1 */
    (corners.rank / histogram.all_members)::double as member_share, /* of all members, 0 to 1, counted from the most downloaded */
    ((histogram.downloads_above + (corners.rank - histogram.members_above) * histogram.downloads) / nullif(histogram.all_downloads, 0))::double as download_share, /* of all downloads, 0 to 1, that these have */
from corners
join core.downloads_histogram as histogram
    on histogram.basis = 'listing'
    and histogram.dataset = corners.dataset
    and histogram.level = corners.level
    and histogram.is_without_largest = corners.is_without_largest
    and corners.rank > histogram.members_above
    and corners.rank <= histogram.members_above + histogram.members
order by corners.dataset, corners.level, corners.is_without_largest, corners.rank
