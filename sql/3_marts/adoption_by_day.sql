-- grain: day, dimension, member
-- stored
-- Adoption on every kept day, summed over all repositories in the listing, and by what they are as known today.
with profiles as (
    select profile, architecture, region, licence, relation, library, task, sum(downloads_30d) as downloads_30d, count(*) as models
    from core.adoption_profiles
    group by all
),
libraries as (
    select library from profiles group by library order by sum(downloads_30d) desc, sum(models) desc, library limit 40
),
tasks as (
    select task from profiles group by task order by sum(downloads_30d) desc, sum(models) desc, task limit 40
),
described as (
    select
        profiles.profile,
        profiles.architecture,
        profiles.region,
        profiles.licence,
        profiles.relation,
        coalesce(libraries.library, 'other') as library,
        coalesce(tasks.task, 'other') as task,
    from profiles
    left join libraries using (library)
    left join tasks using (task)
),
by_member as (
    select changes.* exclude (profile, moves), described.* exclude (profile)
    from core.adoption_changes as changes
    join described using (profile)
),
summed as (
    select
        day,
        case
            when grouping(architecture) = 0 then 'architecture'
            when grouping(region) = 0 then 'region'
            when grouping(licence) = 0 then 'licence'
            when grouping(relation) = 0 then 'relation'
            when grouping(library) = 0 then 'library'
            when grouping(task) = 0 then 'task'
            else 'all'
        end as dimension,
        coalesce(architecture, region, licence, relation, library, task, 'all') as member,
        sum(models) as models,
        sum(downloads_30d) as downloads_30d,
        sum(downloads_all_time) as downloads_all_time,
        sum(likes) as likes,
        sum(gained) as gained,
    from by_member
    group by grouping sets ((day), (day, architecture), (day, region), (day, licence), (day, relation), (day, library), (day, task))
),
axis as (
    select days.day, days.stretch, days.since, members.dimension, members.member
    from core.adoption_days as days
    cross join (select distinct dimension, member from summed) as members
),
levels as (
    select
        axis.*,
        sum(coalesce(summed.models, 0)) over so_far as models,
        sum(coalesce(summed.downloads_30d, 0)) over so_far as downloads_30d,
        sum(coalesce(summed.downloads_all_time, 0)) over so_far as downloads_all_time,
        sum(coalesce(summed.likes, 0)) over so_far as likes,
        if(axis.since is null, null, coalesce(summed.gained, 0)) as gained,
    from axis
    left join summed using (day, dimension, member)
    window so_far as (
        partition by axis.stretch, axis.dimension, axis.member
        order by axis.day rows between unbounded preceding and current row
    )
)
select
    day, /* UTC day of a full listing */
    dimension, /* all, architecture, region, licence, relation, library or task */
    member, /* group of architectures, region of the owner, class of licence, relation, library or task, as known today; libraries and tasks beyond the forty most used are 'other' */
    models::bigint as models, /* repositories in the listing */
    downloads_30d::bigint as downloads_30d, /* their downloads of the last 30 days */
    downloads_all_time::bigint as downloads_all_time, /* their all-time downloads */
    likes::bigint as likes, /* their likes */
    gained::bigint as gained, /* new downloads since the kept day before; NULL where nothing compares */
from levels
where models > 0 or gained > 0
order by dimension, member, day
