-- grain: model_key
-- scratch
-- The family of each model that names a base: the ancestor that names none itself. Of several the nearest; of several as near the one from
-- which most models descend, then the first by name: a download counts once. Where all ancestors name each other in a circle: the first of these.
with descended as (
    select distinct model_key from core.lineage_by_key
),
descendants as (
    select ancestor_key, count(*) as models
    from core.lineage_by_key
    group by ancestor_key
),
-- Keys are in no order of names, so that names decide between equals.
names as (
    select model_key, model_id from core.models
    union all
    select model_key, model_id from core.unknown_parents
),
circles as (
    select lineage.model_key, lineage.ancestor_key as member_key
    from core.lineage_by_key as lineage
    join core.lineage_by_key as back on back.model_key = lineage.ancestor_key and back.ancestor_key = lineage.model_key
    union
    select lineage.model_key, lineage.model_key
    from core.lineage_by_key as lineage
    join core.lineage_by_key as back on back.model_key = lineage.ancestor_key and back.ancestor_key = lineage.model_key
),
circular as (
    select circles.model_key, arg_min(circles.member_key, names.model_id) as root_key
    from circles
    join names on names.model_key = circles.member_key
    group by circles.model_key
),
candidates as (
    select lineage.model_key, lineage.ancestor_key as root_key, lineage.distance, false as is_circular
    from core.lineage_by_key as lineage
    anti join descended on descended.model_key = lineage.ancestor_key
    union all
    select model_key, root_key, 0, true from circular
    union all
    select lineage.model_key, circular.root_key, 0, true
    from core.lineage_by_key as lineage
    join circular on circular.model_key = lineage.ancestor_key
),
roots as (
    select distinct candidates.root_key, names.model_id
    from candidates
    join names on names.model_key = candidates.root_key
),
ranked as (
    select
        candidates.model_key,
        candidates.root_key,
        row_number() over (
            partition by candidates.model_key
            order by candidates.is_circular, candidates.distance, if(candidates.is_circular, 0, -coalesce(descendants.models, 0)), roots.model_id
        ) as preference,
    from candidates
    join roots using (root_key)
    left join descendants on descendants.ancestor_key = candidates.root_key
)
select model_key, root_key
from ranked
where preference = 1
