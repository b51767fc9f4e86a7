-- grain: model_id
-- scratch
-- The first name that belongs to a named group decides; then the first that is known at all. Junk decides nothing.
with stated as (
    select model_id, str_split_regex(architecture_class, '[,;]') as names, 1 as preference, 'class in the config' as rule
    from core.detailed where architecture_class is not null
    union all
    select model_id, [model_type], 2, 'model_type in the config' from core.detailed where model_type is not null
    union all
    select model_id, str_split_regex(architecture_class, '[,;]'), if(leaderboard = 'v2', 3, 4), 'class on leaderboard ' || leaderboard
    from core.evaluations where architecture_class is not null
    union all
    select model_id, str_split_regex(architecture_class, '[,;]'), if(leaderboard = 'v2', 5, 6), 'class on leaderboard ' || leaderboard || ', flagged'
    from core.submissions where is_flagged and architecture_class is not null
),
named as (
    select model_id, unnest(names) as name, preference + generate_subscripts(names, 1) / 1000 as preference, rule from stated
),
tagged as (
    select model_id, tag as name, 100 + position as preference, 'model_type among the tags' as rule
    from (
        select model_id, unnest(tags) as tag, generate_subscripts(tags, 1) as position from core.listed
        union all
        select model_id, unnest(tags) as tag, generate_subscripts(tags, 1) as position from core.detailed
    )
    semi join core.architecture_names on name = tag
),
candidates as (
    select named.model_id, trim(named.name) as name, named.preference, named.rule
    from named
    where length(trim(named.name)) > 1
        and trim(named.name) not in (select coalesce(value, '') from seeds.junk_architectures)
    union all
    from tagged
)
select
    model_id,
    min({
        'place': preference + if(coalesce(architecture, 'Other') = 'Other', 10000, 0),
        'architecture': coalesce(architecture, 'Other'),
        'name': left(name, 100),
        'rule': rule,
    }) as decision,
from candidates
left join core.architecture_names using (name)
group by model_id
