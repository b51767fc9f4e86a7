-- grain: decision, rule
-- Every decision about a model or an evaluation, with the rules that made it and how many stand on each.
with decided as (
    select
        case
            when grouping(appeared_rule) = 0 then 'When a model appeared'
            when grouping(relation_rule) = 0 then 'How a model relates to its base'
            when grouping(merge_rule) = 0 then 'Whether a model is a merge'
            when grouping(architecture_rule) = 0 then 'Which architecture a model has'
            when grouping(parameters_rule) = 0 then 'How large a model is'
            else 'Under which licence a model is'
        end as decision,
        coalesce(appeared_rule, relation_rule, merge_rule, architecture_rule, parameters_rule, license_rule, 'not known') as rule,
        count(*) as counted,
    from core.models
    group by grouping sets ((appeared_rule), (relation_rule), (merge_rule), (architecture_rule), (parameters_rule), (license_rule))
    union all
    select 'Which type an evaluated model has', type_rule, count(*)
    from core.evaluations
    group by all
    union all
    select 'Whether an evaluation counts', if(is_flagged, 'flagged: left out', 'not flagged'), count(*)
    from core.submissions
    group by all
)
select
    decision,
    if(rule like 'several relations declared%', 'several relations declared', rule) as rule,
    sum(counted)::bigint as counted,
from decided
group by all
order by decision, counted desc, rule
