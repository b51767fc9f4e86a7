-- grain: model_key
-- scratch
-- Merges: declared as one, by relation or tag, typed as one on a leaderboard, or with one among the ancestors.
with chosen as (
    select submissions.model_key, submissions.type, submissions.is_merged
    from core.evaluations_by_key
    join core.submissions_by_key as submissions using (leaderboard, evaluation_id)
),
direct as (
    select model_key, if(relation_rule = 'merge, by tag', 'tag', 'declared relation') as rule, 1 as preference from core.relations where relation = 'merge'
    union all
    select model_key, 'type on the leaderboard', 2 from chosen where type = 'merge'
    union all
    select model_key, 'flag on the leaderboard', 3 from chosen where is_merged
),
inherited as (
    select distinct lineage.model_key, 'a merge among its ancestors' as rule, 4 as preference
    from core.lineage_by_key as lineage
    join direct on direct.model_key = lineage.ancestor_key
)
select model_key, arg_min(rule, preference) as rule
from (from direct union all from inherited)
group by model_key
