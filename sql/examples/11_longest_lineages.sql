-- The longest lines of descent
-- grain: model_id
-- Declared base models, followed from each model to its bases, their bases and so on. The longest are found by number
-- first, then named: a name for every row of the lineage would be millions of texts.
with lines as (
    select model_key, max(distance) as declarations
    from core.lineage_by_key
    group by model_key
),
longest as (
    select model_key, declarations
    from lines
    join core.models using (model_key)
    where declarations >= (select min(declarations) from (select declarations from lines order by declarations desc limit 50))
    order by declarations desc, model_id
    limit 50
),
steps as (
    select model_key, ancestor_key, distance, declarations
    from core.lineage_by_key
    join longest using (model_key)
)
select
    models.model_id,
    declarations,
    max_by(ancestors.model_id, distance) as furthest_ancestor,
    array_to_string(list(ancestors.model_id order by distance, ancestors.model_id)[:10], ' ← ') as ten_nearest_ancestors,
from steps
join core.models using (model_key)
join (
    select model_key, model_id from core.models
    union all
    select model_key, model_id from core.unknown_parents
) as ancestors on ancestors.model_key = ancestor_key
group by all
order by declarations desc, models.model_id
