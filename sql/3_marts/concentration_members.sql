-- grain: dataset, level, is_without_largest, day, member
-- stored
-- The ten most downloaded models, owners and families of each dataset, and all regions, with those whom nobody reviewed. What is left out holds
-- its place and has no row.
with latest as (
    select max(as_of)::date as day
    from core.snapshots
    where source in ('hub_listing', 'hub_changes', 'hub_details')
),
compared as (
    select dataset, level, member_key, false as is_without_largest, models, downloads
    from core.downloads_by_member
    union all
    select dataset, level, member_key, true, other_models, other_downloads
    from core.downloads_by_member
    where other_models > 0
),
-- only what may be among the first ten is sorted
tenth as (
    select dataset, level, is_without_largest, min(downloads) as downloads
    from core.downloads_histogram
    where members_above < 10 and level != 'region'
    group by dataset, level, is_without_largest
),
placed as (
    select
        compared.*,
        row_number() over (partition by compared.dataset, compared.level, compared.is_without_largest order by compared.downloads desc, compared.member_key) as place,
    from compared
    left join tenth using (dataset, level, is_without_largest)
    where compared.level = 'region' or (compared.downloads > 0 and compared.downloads >= tenth.downloads)
    qualify place <= 10
),
totals as (
    select
        dataset,
        level,
        is_without_largest,
        sum(downloads) as all_downloads,
    from compared
    group by dataset, level, is_without_largest
),
named as (
    select
        placed.*,
        case placed.level when 'owner' then models.owner when 'region' then models.region else coalesce(models.model_id, unknown_parents.model_id) end as member,
    from placed
    left join core.models on models.model_key = placed.member_key
    left join core.unknown_parents on unknown_parents.model_key = placed.member_key
)
select
    named.dataset, /* hub, v2, v1 or the id of an official benchmark */
    named.level, /* model, owner, family or region */
    named.is_without_largest, /* without the most downloaded model of the dataset */
    latest.day, /* UTC day of the listing */
    named.member, /* repository, owner, base of the family, or region: us, china, eu, other, individuals, not reviewed */
    named.place::int as place, /* place by downloads, ties by the name of the first model */
    named.models, /* models of it */
    named.downloads, /* their downloads in 30 days */
    (named.downloads / nullif(totals.all_downloads, 0))::double as share, /* of all downloads of the dataset, 0 to 1 */
from named
join totals using (dataset, level, is_without_largest)
cross join latest
where not starts_with(named.member, 'left-out')
order by named.dataset, named.level, named.is_without_largest, named.place
