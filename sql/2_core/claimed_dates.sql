-- grain: model_key
-- scratch
-- What each source says of when a repository appeared, side by side, and the curated dates.
with curated as (
    select model_id, min(released_on) as released_on
    from (
        select model_id, released_on from core.releases where model_id is not null
        union all
        select model_id, released_on from core.curated_bases where released_on is not null
    )
    group by model_id
),
curated_by_key as (
    select repositories.model_key, min(curated.released_on) as curated_on
    from curated
    join core.repositories on lower(repositories.model_id) = lower(curated.model_id)
    group by repositories.model_key
),
submitted as (
    select
        model_key,
        min(uploaded_on) as uploaded_on,
        min(submitted_on) as submitted_on,
        arg_min(leaderboard, {'submitted_on': submitted_on, 'leaderboard': leaderboard}) as leaderboard,
        coalesce(min(submitted_on) filter (is_official) = min(submitted_on), false) as is_official, -- the first one is
        list(distinct submitted_on order by submitted_on) filter (leaderboard != 'v1' or submitted_on >= (select dated_from from core.datasets where dataset = 'v1')) as dating_submissions,
    from core.keyed_submissions
    where submitted_on is not null or uploaded_on is not null
    group by model_key
),
classes as (
    -- the class that a config or a leaderboard names, never a tag; of several the oldest
    select model_key, min(first_on) as class_first_on, arg_min(class_name, first_on) as class_name, arg_min(owner, first_on) as class_owners
    from (
        select model_key, unnest(str_split_regex(concat_ws(';', architecture_class, model_type), '[,;]')) as class_name from core.detailed
        union
        select model_key, unnest(str_split_regex(concat_ws(';', architecture_class, model_type), '[,;]'))
        from core.listed where architecture_class is not null or model_type is not null
        union
        select model_key, unnest(str_split_regex(architecture_class, '[,;]')) from core.keyed_submissions where architecture_class is not null
    )
    join (select class_name, first_on::date as first_on, owner from seeds.architecture_first_dates) as first_dates using (class_name)
    group by model_key
)
select
    repositories.*,
    coalesce(listed.created_at, detailed.created_at) as created_at, -- the listing's word goes first
    submitted.uploaded_on,
    submitted.submitted_on,
    submitted.leaderboard,
    submitted.is_official,
    submitted.dating_submissions,
    curated_by_key.curated_on,
    release.released_on,
    classes.class_name,
    if(list_contains(str_split(classes.class_owners, ';'), split_part(repositories.model_id, '/', 1)), null, classes.class_first_on) as class_first_on,
from core.repositories
left join core.listed using (model_key)
left join core.detailed using (model_key)
left join curated_by_key using (model_key)
left join submitted using (model_key)
left join core.release_repositories as release using (model_key)
left join classes using (model_key)
