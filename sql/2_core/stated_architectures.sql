-- grain: model_key
-- scratch
-- by model: core.listed, core.detailed, core.tags, core.submissions_by_key, core.evaluations_by_key
-- The architecture that a repository states itself: the first name that belongs to a named group decides, in the order of config,
-- leaderboards, tags; then the first that is known at all. Junk decides nothing.
with configs as (
    select model_key, architecture_class, model_type from core.detailed
    union all
    select model_key, architecture_class, model_type
    from core.listed
    where coalesce(architecture_class, model_type) is not null
        and model_key not in (select model_key from core.detailed where coalesce(architecture_class, model_type) is not null)
),
-- A class of a named group in the config decides at once: so do most.
direct as (
    select configs.model_key, names.architecture, names.name
    from configs
    join core.architecture_names as names on names.name = configs.architecture_class
    where names.architecture != 'Other'
),
stated as (
    select model_key, str_split_regex(architecture_class, '[,;]') as names, 1 as preference, 'class in the config' as rule
    from configs where architecture_class is not null and model_key not in (select model_key from direct)
    union all
    select model_key, [model_type], 2, 'model_type in the config' from configs where model_type is not null and model_key not in (select model_key from direct)
    union all
    select model_key, str_split_regex(architecture_class, '[,;]'), if(leaderboard = 'v2', 3, 4), 'class on leaderboard ' || leaderboard
    from core.evaluations_by_key
    join core.submissions_by_key using (leaderboard, evaluation_id, model_key)
    where architecture_class is not null
    union all
    select model_key, str_split_regex(architecture_class, '[,;]'), if(leaderboard = 'v2', 5, 6), 'class on leaderboard ' || leaderboard || ', flagged'
    from core.submissions_by_key where is_flagged and architecture_class is not null
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
    where subject = 'architecture' and model_key not in (select model_key from direct)
),
chosen as (
    select
        model_key,
        min({
            'rank': preference + if(coalesce(architecture, 'Other') = 'Other', 10000, 0),
            'architecture': coalesce(architecture, 'Other'),
            'name': left(name, 100),
            'rule': rule,
        }) as decision,
    from candidates
    left join core.architecture_names using (name)
    where model_key not in (select model_key from direct)
    group by model_key
)
select model_key, architecture, name, 'class in the config' as rule from direct
union all
select model_key, decision.architecture, decision.name, decision.rule from chosen
