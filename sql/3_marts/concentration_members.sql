-- grain: dataset, basis, day, level, is_without_largest, member
-- stored
-- The ten most downloaded models, owners and families of each dataset in the latest listing, with their downloads on the last day of each
-- month before, and all regions, with those whom nobody reviewed. What is left out has its place and no row.
with tenth as (
    select dataset, level, is_without_largest, min(downloads) as downloads
    from core.downloads_histogram
    where basis = 'listing' and members_above < 10 and downloads > 0 and level != 'region'
    group by dataset, level, is_without_largest
),
least_of_both as (
    select dataset, level, min(downloads) as downloads
    from tenth
    group by dataset, level
),
listed as (
    select used.dataset, used.day, 'model' as level, used.repository_key as member_key, 1 as models, used.downloads
    from core.used_models as used
    join least_of_both as least on least.dataset = used.dataset and least.level = 'model'
    where used.downloads >= least.downloads
    union all
    select used.dataset, used.day, 'family', used.repository_key, 1, used.downloads
    from core.used_models as used
    join least_of_both as least on least.dataset = used.dataset and least.level = 'family'
    where used.family_key is null and used.downloads >= least.downloads
    union all
    select members.dataset, members.day, members.level, members.member_key, members.models, members.downloads
    from core.downloads_by_member as members
    left join least_of_both as least using (dataset, level)
    where members.basis = 'listing' and (members.level = 'region' or members.downloads >= least.downloads)
),
first_ones as (
    select
        listed.*,
        case listed.level
            when 'region' then models.region
            when 'owner' then models.owner
            else coalesce(models.model_id, unknown_parents.model_id)
        end as member,
    from listed
    left join core.models on models.model_key = listed.member_key
    left join core.unknown_parents on listed.level = 'family' and unknown_parents.model_key = listed.member_key
),
-- the numbers that the first ones have in the weekly series
followed as (
    select distinct first_ones.level, adopted.series_id::bigint as member_key, first_ones.member
    from first_ones
    join core.adopted on adopted.model_id = first_ones.member
    where first_ones.level = 'model'
    union all
    select distinct 'family', -adopted.series_id::bigint, first_ones.member
    from first_ones
    join core.adopted on adopted.model_id = first_ones.member
    where first_ones.level = 'family'
    union all
    select distinct level, member_key, member
    from first_ones
    where level = 'family'
),
owner_keys as (
    select distinct months.owner_key as member_key, coalesce(models.owner, if(contains(adopted.model_id, '/'), split_part(adopted.model_id, '/', 1), 'Hugging Face')) as member
    from (select distinct owner_key from core.month_downloads) as months
    join core.adopted on adopted.series_id = months.owner_key
    left join core.models using (model_id)
),
by_month as (
    select months.dataset, months.day, 'model' as level, months.repository_key as member_key, 1 as models, months.downloads, followed.member
    from core.month_downloads as months
    join followed on followed.level = 'model' and followed.member_key = months.repository_key
    union all
    select months.dataset, months.day, 'family', -months.repository_key, 1, months.downloads, followed.member
    from core.month_downloads as months
    join followed on followed.level = 'family' and followed.member_key = -months.repository_key
    where months.family_key is null
    union all
    select members.dataset, members.day, members.level, members.member_key, members.models, members.downloads, followed.member
    from core.downloads_by_member as members
    join followed on followed.level = 'family' and followed.member_key = members.member_key
    where members.basis = 'weeks' and members.level = 'family'
    union all
    select members.dataset, members.day, members.level, members.member_key, members.models, members.downloads, owner_keys.member
    from core.downloads_by_member as members
    join owner_keys using (member_key)
    where members.basis = 'weeks' and members.level = 'owner' and owner_keys.member in (select member from first_ones where level = 'owner')
    union all
    select dataset, day, level, member_key, models, downloads, region
    from core.downloads_by_member
    where basis = 'weeks' and level = 'region'
),
by_basis as (
    select 'listing' as basis, dataset, day, level, member_key, models, downloads, member from first_ones
    union all
    select 'weeks', dataset, day, level, member_key, models, downloads, member from by_month
),
compared as (
    select basis, dataset, day, level, member, models, downloads, false as is_without_largest
    from by_basis
    union all
    select
        by_basis.basis,
        by_basis.dataset,
        by_basis.day,
        by_basis.level,
        by_basis.member,
        coalesce(reduced.other_models, by_basis.models),
        coalesce(reduced.other_downloads, by_basis.downloads),
        true,
    from by_basis
    left join core.reduced_members as reduced using (basis, dataset, day, level, member_key)
    where coalesce(reduced.other_models, by_basis.models) > 0
),
totals as (
    select basis, dataset, day, is_without_largest, max(all_downloads) as all_downloads
    from core.downloads_histogram
    where level = 'model'
    group by basis, dataset, day, is_without_largest
),
placed as (
    select
        compared.*,
        if(
            compared.basis = 'listing',
            row_number() over (partition by compared.basis, compared.dataset, compared.day, compared.level, compared.is_without_largest order by compared.downloads desc, compared.member),
            histogram.members_above + 1
        ) as place,
    from compared
    left join core.downloads_histogram as histogram using (basis, dataset, day, level, is_without_largest, downloads)
)
select
    placed.dataset, /* hub, v2, v1 or the id of an official benchmark */
    placed.basis, /* listing or weeks, as in marts.concentration */
    placed.day, /* UTC day whose downloads are compared */
    placed.level, /* model, owner, family or region */
    placed.is_without_largest, /* without the most downloaded model of the dataset on that day */
    placed.member, /* repository, owner, base of the family, or region: us, china, eu, other, individuals, not reviewed */
    placed.place::int as place, /* place by downloads; in the listing ties by name, else one more than have more downloads; NULL of those whom nobody reviewed, in the weekly series */
    placed.models::bigint as models, /* models of it whose downloads are known */
    placed.downloads::bigint as downloads, /* their downloads in 30 days */
    (placed.downloads / nullif(totals.all_downloads, 0))::double as share, /* of all downloads of the dataset, 0 to 1 */
from placed
join totals using (basis, dataset, day, is_without_largest)
where not starts_with(placed.member, 'left-out')
order by placed.dataset, placed.basis, placed.day, placed.level, placed.is_without_largest, placed.place nulls last, placed.member
