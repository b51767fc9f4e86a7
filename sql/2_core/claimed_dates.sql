-- grain: model_key
-- scratch
-- What each source says of when a repository appeared, side by side, and the curated dates: of repositories of which more is known than
-- the Hub's createdAt, and of those that are older than their class or than a curated base. All others appeared when they were created.
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
    select parents.base_model_key as model_key, min(curated.released_on) as curated_on
    from curated
    join core.parents on parents.base_model_id = curated.model_id
    where parents.is_known
    group by parents.base_model_key
),
moments as (
    select snapshot_id, max(as_of)::date + 1 as last_on from core.snapshots group by snapshot_id
),
-- A day after the snapshot that holds it is no day.
dated_submissions as (
    select
        submissions.model_key,
        submissions.leaderboard,
        submissions.is_official,
        if(submissions.uploaded_on <= moments.last_on, submissions.uploaded_on, null) as uploaded_on,
        if(submissions.submitted_on <= moments.last_on, submissions.submitted_on, null) as submitted_on,
    from core.submissions_by_key as submissions
    join moments using (snapshot_id)
),
submitted as (
    select
        model_key,
        min(uploaded_on) as uploaded_on,
        min(submitted_on) as submitted_on,
        arg_min(leaderboard, {'submitted_on': submitted_on, 'leaderboard': leaderboard}) as leaderboard,
        -- whose the first submission was; of several on one day an official one will do
        arg_min(coalesce(is_official, false), {'submitted_on': submitted_on, 'is_unofficial': not coalesce(is_official, false)}) filter (submitted_on is not null) as is_official,
        list(distinct submitted_on order by submitted_on) filter (leaderboard != 'v1' or submitted_on >= (select dated_from from core.datasets where dataset = 'v1')) as dating_submissions,
    from dated_submissions
    where submitted_on is not null or uploaded_on is not null
    group by model_key
),
first_dates as (
    select class_name, first_on::date as first_on, owner from seeds.architecture_first_dates
),
-- The class that a config or a leaderboard names, never a tag; of several the oldest.
stated_classes as (
    select listed.model_key, unnest([architecture_class, model_type]) as class_name
    from core.listed
    left join first_dates as of_class on of_class.class_name = listed.architecture_class
    left join first_dates as of_type on of_type.class_name = listed.model_type
    where listed.created_at::date < least(of_class.first_on, of_type.first_on)
    union
    select model_key, unnest(str_split_regex(concat_ws(';', architecture_class, model_type), '[,;]')) from core.detailed
    union
    select model_key, unnest(str_split_regex(architecture_class, '[,;]')) from core.submissions_by_key where architecture_class is not null
),
classes as (
    select model_key, min(first_on) as class_first_on, min({'first_on': first_on, 'class_name': class_name}).class_name as class_name, arg_min(owner, {'first_on': first_on, 'class_name': class_name}) as class_owners
    from stated_classes
    join first_dates using (class_name)
    group by model_key
),
-- Descendants of a release that are older than it.
early_descendants as (
    select lineage.model_key
    from core.lineage_by_key as lineage
    join (
        select model_key, released_on from core.release_repositories
        union all
        select model_key, curated_on from curated_by_key
    ) as base on base.model_key = lineage.ancestor_key
    join core.created_dates as model on model.model_key = lineage.model_key
    where model.created_at::date < base.released_on
),
keys as (
    select model_key from submitted
    union
    select model_key from curated_by_key
    union
    select model_key from core.release_repositories
    union
    select model_key from classes
    union
    select model_key from early_descendants
)
select
    created.*,
    submitted.uploaded_on,
    submitted.submitted_on,
    submitted.leaderboard,
    submitted.is_official,
    submitted.dating_submissions,
    curated_by_key.curated_on,
    release.released_on,
    classes.class_name,
    if(list_contains(str_split(classes.class_owners, ';'), split_part(created.model_id, '/', 1)), null, classes.class_first_on) as class_first_on,
from (from core.created_dates semi join keys using (model_key)) as created
left join curated_by_key using (model_key)
left join submitted using (model_key)
left join core.release_repositories as release using (model_key)
left join classes using (model_key)
