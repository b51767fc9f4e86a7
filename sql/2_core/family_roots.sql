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
circular as (
    select lineage.model_key, least(lineage.model_key, min(lineage.ancestor_key)) as root_key
    from core.lineage_by_key as lineage
    join core.lineage_by_key as back on back.model_key = lineage.ancestor_key and back.ancestor_key = lineage.model_key
    group by lineage.model_key
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
ranked as (
    select
        candidates.model_key,
        candidates.root_key,
        row_number() over (
            partition by candidates.model_key
            order by candidates.is_circular, candidates.distance, if(candidates.is_circular, 0, -coalesce(descendants.models, 0)), candidates.root_key
        ) as preference,
    from candidates
    left join descendants on descendants.ancestor_key = candidates.root_key
)
select model_key, root_key
from ranked
where preference = 1
