-- grain: dataset, basis, day, level, is_without_largest, member
-- stored
-- The ten most downloaded models, owners and families of each dataset on each compared day, with their downloads on the other days, and all
-- regions, with those whom nobody reviewed. What is left out has its place and no row.
with tenth as (
    select basis, dataset, day, level, is_without_largest, min(downloads) as downloads
    from core.downloads_histogram
    where members_above < 10 and downloads > 0 and level != 'region'
    group by basis, dataset, day, level, is_without_largest
),
all_members as (
    select 'listing' as basis, dataset, day, 'model' as level, repository_key as member_key, 1 as models, downloads from core.used_models
    union all
    select 'weeks', dataset, day, 'model', repository_key, 1, downloads from core.month_downloads
    union all
    select basis, dataset, day, level, member_key, models, downloads from core.downloads_by_member
),
least_of_both as (
    select basis, dataset, day, level, min(downloads) as downloads
    from tenth
    group by basis, dataset, day, level
),
-- whoever is among the first ten of any day, or is a region
chosen as (
    select distinct all_members.basis, all_members.dataset, all_members.level, all_members.member_key
    from all_members
    left join least_of_both using (basis, dataset, day, level)
    where all_members.level = 'region' or all_members.downloads >= least_of_both.downloads
),
followed as (
    select all_members.*
    from all_members
    semi join chosen using (basis, dataset, level, member_key)
),
compared as (
    select basis, dataset, day, level, member_key, models, downloads, false as is_without_largest
    from followed
    union all
    select
        followed.basis,
        followed.dataset,
        followed.day,
        followed.level,
        followed.member_key,
        coalesce(reduced.other_models, followed.models),
        coalesce(reduced.other_downloads, followed.downloads),
        true,
    from followed
    left join core.reduced_members as reduced using (basis, dataset, day, level, member_key)
    where coalesce(reduced.other_models, followed.models) > 0
),
named as (
    select
        compared.*,
        case
            when compared.level = 'region' then coalesce(models.region, series_models.region, reviewed.region, 'not reviewed')
            when compared.level = 'owner' then coalesce(models.owner, series_models.owner, if(contains(adopted.model_id, '/'), split_part(adopted.model_id, '/', 1), 'Hugging Face'))
            else coalesce(models.model_id, unknown_parents.model_id, adopted.model_id)
        end as member,
    from compared
    left join core.models
        on (compared.basis = 'listing' or compared.level = 'family') and models.model_key = compared.member_key
    left join core.unknown_parents
        on compared.level = 'family' and unknown_parents.model_key = compared.member_key
    left join core.adopted
        on compared.basis = 'weeks' and adopted.series_id = if(compared.level = 'family', -compared.member_key, compared.member_key)
    left join core.models as series_models on series_models.model_id = adopted.model_id
    left join seeds.organisation_regions as reviewed on lower(reviewed.owner) = lower(split_part(adopted.model_id, '/', 1))
),
totals as (
    select basis, dataset, day, is_without_largest, max(all_downloads) as all_downloads
    from core.downloads_histogram
    where level = 'model'
    group by basis, dataset, day, is_without_largest
),
placed as (
    select
        *,
        row_number() over (partition by basis, dataset, day, level, is_without_largest order by downloads desc, member) as place,
    from named
)
select
    placed.dataset, /* hub, v2, v1 or the id of an official benchmark */
    placed.basis, /* listing or weeks, as in marts.concentration */
    placed.day, /* UTC day whose downloads are compared */
    placed.level, /* model, owner, family or region */
    placed.is_without_largest, /* without the most downloaded model of the dataset on that day */
    placed.member, /* repository, owner, base of the family, or region: us, china, eu, other, individuals, not reviewed */
    placed.place::int as place, /* place by downloads, ties by name; beyond ten only among those that have rows */
    placed.models::bigint as models, /* models of it whose downloads are known */
    placed.downloads::bigint as downloads, /* their downloads in 30 days */
    (placed.downloads / nullif(totals.all_downloads, 0))::double as share, /* of all downloads of the dataset, 0 to 1 */
from placed
join totals using (basis, dataset, day, is_without_largest)
where not starts_with(placed.member, 'left-out')
order by placed.dataset, placed.basis, placed.day, placed.level, placed.is_without_largest, placed.place
