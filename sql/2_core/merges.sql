-- grain: model_id
-- scratch
-- Merges: declared as one, typed as one on a leaderboard, or with one among the ancestors.
with own as (
    select model_id, 'declared relation' as rule, 1 as preference from core.relations where relation = 'merge'
    union all
    select model_id, 'type on the leaderboard', 2 from core.evaluations where type = 'merge'
    union all
    select model_id, 'flag on the leaderboard', 3 from core.evaluations where is_merged
),
inherited as (
    select distinct lineage.model_id, 'a merge among its ancestors' as rule, 4 as preference
    from core.lineage
    join own on own.model_id = lineage.ancestor_id
)
select model_id, arg_min(rule, preference) as rule
from (from own union all from inherited)
group by model_id
