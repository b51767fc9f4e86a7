-- grain: model_key
-- scratch
-- The first name that belongs to a named group decides; then the first that is known at all. Junk decides nothing.
-- A quantized copy without a class of its own is what it copies: its nearest base, before any tag (tags of copies are unreliable), else a
-- repository of the same name without the suffix, else what its name tells.
with configs as (
    select model_key, architecture_class, model_type from core.detailed
    union all
    select model_key, architecture_class, model_type
    from core.listed
    where coalesce(architecture_class, model_type) is not null
        and model_key not in (select model_key from core.detailed where coalesce(architecture_class, model_type) is not null)
),
stated as (
    select model_key, str_split_regex(architecture_class, '[,;]') as names, 1 as preference, 'class in the config' as rule
    from configs where architecture_class is not null
    union all
    select model_key, [model_type], 2, 'model_type in the config' from configs where model_type is not null
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
),
own as (
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
    group by model_key
),
-- Copies whose own config or leaderboard names no class: a tag alone does not decide there.
copies as (
    select copies.model_key, copies.is_gguf, own.decision
    from core.quantized_copies as copies
    left join own using (model_key)
    where own.model_key is null or own.decision.rule = 'model_type among the tags'
),
of_bases as (
    select
        lineage.model_key,
        arg_min(own.decision, {'distance': lineage.distance, 'key': lineage.ancestor_key}) as decision,
    from core.keyed_lineage as lineage
    join copies using (model_key)
    join own on own.model_key = lineage.ancestor_key
    left join copies as other on other.model_key = lineage.ancestor_key
    where other.model_key is null
    group by lineage.model_key
    having count(*) filter (lineage.distance = 1) <= 1 -- a copy of a merge that names what was merged
),
unsettled as (
    -- conversions are often named OWNER_-_NAME-gguf
    select
        copies.model_key,
        regexp_replace(
            lower(split_part(split_part(repositories.model_id, '/', -1), '_-_', -1)),
            '([-_.]*(gguf|ggml|gptq|awq|exl2|mlx|bnb|imatrix|imat|iq|i1|smashed|llamafile|q[2-8](_[0k01](_[sml])?)?|iq[1-4](_[a-z]+)?|[2-8][-_. ]?bits?|[0-9.]+bpw|h[68]|fp16|f16|int[48]|v2gguf))+$',
            ''
        ) as name,
    from copies
    join core.repositories using (model_key)
    left join of_bases using (model_key)
    where copies.decision is null and of_bases.model_key is null
),
of_namesakes as (
    select wanted.model_key, mode(own.decision.architecture) as architecture, count(distinct own.decision.architecture) as architectures, min(wanted.name) as name
    from (from unsettled where length(name) >= 4) as wanted
    join (
        select model_key, lower(split_part(model_id, '/', -1)) as name
        from core.repositories
        semi join unsettled on unsettled.name = lower(split_part(repositories.model_id, '/', -1))
    ) as namesakes using (name)
    join own on own.model_key = namesakes.model_key
    where namesakes.model_key != wanted.model_key
    group by wanted.model_key
    having count(*) > 0
),
of_names as (
    select unsettled.model_key, arg_min(words.architecture, words.rank::int) as architecture, arg_min(words.word, words.rank::int) as word
    from (select model_key, '-' || regexp_replace(name, '[^a-z0-9]+', '-', 'g') || '-' as name from unsettled) as unsettled
    join seeds.architecture_words as words on contains(unsettled.name, words.word)
    group by unsettled.model_key
)
select
    model_key,
    coalesce(of_bases.decision.architecture, own.decision.architecture, of_namesakes.architecture, of_names.architecture) as architecture,
    coalesce(of_bases.decision.name, own.decision.name, of_namesakes.name, of_names.word) as name,
    case
        when of_bases.model_key is not null then 'its base, as a quantized copy'
        when own.model_key is not null then own.decision.rule
        when of_namesakes.model_key is not null then 'a repository of the same name without the suffix'
        else 'told by its name'
    end as rule,
    if(of_bases.decision.architecture != own.decision.architecture, own.decision.name, null) as overruled_tag,
from own
full join of_bases using (model_key)
full join of_namesakes using (model_key)
full join of_names using (model_key)
