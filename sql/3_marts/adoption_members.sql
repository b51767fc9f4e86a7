-- grain: dimension, member
-- stored
-- uncompressed: folded_name
-- Whose adoption can be drawn, the most used first: models that are followed day by day, the 5,000 most used owners and families, and all architectures, regions, licence classes, relations, tasks and libraries; with the figures of the last week.
with last_week as (
    select max(week) as week from core.latest_adoption
),
last_day as (
    select max(day) as day from marts.adoption_by_day where downloads_30d is not null
),
latest as (
    select latest.*, models.appeared_at::date as appeared_on
    from core.latest_adoption as latest
    left join core.models using (model_key)
    where latest.is_daily or latest.owner in (select owner from marts.adoption_by_owner_and_week)
),
-- the figures of single models, of groups where there is no history, and the day on which each group's first model appeared
described as (
    select
        architecture,
        region,
        license_class,
        relation,
        task,
        library,
        min(appeared_on) as appeared_on,
        count(*) as models,
        sum(downloads_30d) as downloads_30d,
    from marts.models
    where dataset = 'hub'
    group by architecture, region, license_class, relation, task, library
),
grouped as (
    select
        unnest([
            {'dimension': 'architecture', 'member': architecture},
            {'dimension': 'region', 'member': region},
            {'dimension': 'licence', 'member': license_class},
            {'dimension': 'relation', 'member': relation},
            {'dimension': 'task', 'member': task},
            {'dimension': 'library', 'member': library}
        ], recursive := true),
        appeared_on,
        models,
        downloads_30d,
    from described
),
first_days as (
    select dimension, member, min(appeared_on) as appeared_on, sum(models)::int as models, sum(downloads_30d)::bigint as downloads_30d
    from grouped
    group by dimension, member
),
owner_days as (
    select owner, min(appeared_on) as appeared_on from latest group by owner
),
members as (
    select
        'model' as dimension,
        model_id as member,
        1 as models,
        downloads_30d,
        downloads_all_time,
        likes,
        appeared_on,
    from latest
    where is_daily and not starts_with(model_id, 'left-out/')
    qualify row_number() over (partition by model_id order by downloads_30d desc nulls last, series_id) = 1
    union all
    select 'owner', owners.owner, owners.models, owners.downloads_30d, owners.downloads_all_time, owners.likes, owner_days.appeared_on
    from marts.adoption_by_owner_and_week as owners
    join last_week using (week)
    left join owner_days using (owner)
    union all
    select
        'family',
        families.family,
        sum(families.models)::int,
        sum(families.downloads_30d)::bigint,
        sum(families.downloads_all_time)::bigint,
        sum(families.likes)::bigint,
        any_value(models.appeared_at)::date,
    from marts.adoption_by_family_and_week as families
    join last_week using (week)
    left join core.models on models.model_id = families.family
    group by families.family
    union all
    select days.dimension, days.member, days.models::int, days.downloads_30d, nullif(days.downloads_all_time, 0), days.likes, first_days.appeared_on
    from marts.adoption_by_day as days
    join last_day using (day)
    left join first_days using (dimension, member)
    union all
    select dimension, member, models, downloads_30d, null, null, appeared_on
    from first_days
    where (select day from last_day) is null
)
select
    dimension, /* model, owner, family, architecture, region, licence, relation, task, library or all */
    member, /* model or base of the family by its id, owner, or group */
    lower(member) as folded_name, /* the name in lower case, as it is searched */
    models, /* repositories */
    downloads_30d, /* downloads in 30 days, as last listed; NULL is unknown */
    downloads_all_time, /* downloads of all time; NULL is unknown */
    likes, /* likes of all of its repositories, as last listed; NULL is unknown */
    appeared_on, /* day on which the model, the base of the family, or the first model of the others appeared; NULL is undated */
    row_number() over (partition by dimension order by downloads_30d desc nulls last, member)::int as place, /* by downloads in 30 days, ties by name */
from members
order by dimension, place
