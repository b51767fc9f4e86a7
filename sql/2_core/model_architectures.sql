-- grain: model_key
-- scratch
-- The first name that belongs to a named group decides; then the first that is known at all. Junk decides nothing.
with stated as (
    select model_key, str_split_regex(architecture_class, '[,;]') as names, 1 as preference, 'class in the config' as rule
    from core.detailed where architecture_class is not null
    union all
    select model_key, [model_type], 2, 'model_type in the config' from core.detailed where model_type is not null
    union all
    select model_key, str_split_regex(architecture_class, '[,;]'), if(leaderboard = 'v2', 3, 4), 'class on leaderboard ' || leaderboard
    from core.keyed_evaluations
    join core.keyed_submissions using (leaderboard, evaluation_id, model_key)
    where architecture_class is not null
    union all
    select model_key, str_split_regex(architecture_class, '[,;]'), if(leaderboard = 'v2', 5, 6), 'class on leaderboard ' || leaderboard || ', flagged'
    from core.keyed_submissions where is_flagged and architecture_class is not null
),
named as (
    select model_key, unnest(names) as name, preference + generate_subscripts(names, 1) / 1000 as preference, rule from stated
),
candidates as (
    select named.model_key, trim(named.name) as name, named.preference, named.rule
    from named
    where length(trim(named.name)) > 1
        and trim(named.name) not in (select coalesce(value, '') from seeds.junk_architectures)
    union all
    select model_key, tag as name, 100 + position as preference, 'model_type among the tags' as rule
    from core.tags
    where subject = 'architecture'
)
select
    model_key,
    min({
        'place': preference + if(coalesce(architecture, 'Other') = 'Other', 10000, 0),
        'architecture': coalesce(architecture, 'Other'),
        'name': left(name, 100),
        'rule': rule,
    }) as decision,
from candidates
left join core.architecture_names using (name)
group by model_key
