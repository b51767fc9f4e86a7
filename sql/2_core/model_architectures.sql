-- grain: model_key
-- scratch
-- Which architecture a model has: what it states itself. A quantized copy without a class of its own is what it copies: its nearest
-- base, before any tag (tags of copies are unreliable), else a repository of the same name without the suffix, else what its name tells.
-- Copies are those whose own config or leaderboard names no class: a tag alone does not decide there.
with copies as (
    select copies.model_key, stated.architecture as tagged_architecture, stated.name as tag
    from core.quantized_copies as copies
    left join core.stated_architectures as stated using (model_key)
    where stated.model_key is null or stated.rule = 'model_type among the tags'
),
of_bases as (
    select
        lineage.model_key,
        min({'distance': lineage.distance, 'architecture': stated.architecture, 'name': stated.name}) as base,
    from core.lineage_by_key as lineage
    join copies using (model_key)
    join core.stated_architectures as stated on stated.model_key = lineage.ancestor_key
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
            lower(split_part(split_part(repositories.read_as, '/', -1), '_-_', -1)),
            '([-_.]*(gguf|ggml|gptq|awq|exl2|mlx|bnb|imatrix|imat|iq|i1|smashed|llamafile|q[2-8](_[0k01](_[sml])?)?|iq[1-4](_[a-z]+)?|[2-8][-_. ]?bits?|[0-9.]+bpw|h[68]|fp16|f16|int[48]|v2gguf))+$',
            ''
        ) as name,
        repositories.read_as != repositories.model_id as is_left_out,
    from copies
    join core.repositories using (model_key)
    left join of_bases using (model_key)
    where copies.tag is null and of_bases.model_key is null
),
of_namesakes as (
    select model_key, arg_max(architecture, {'models': models, 'architecture': architecture}) as architecture, any_value(name) as name
    from (
        select unmatched.model_key, if(unmatched.is_left_out, null, unmatched.name) as name, stated.architecture, count(*) as models
        from (from unsettled where length(name) >= 4) as unmatched
        join (
            select model_key, lower(split_part(read_as, '/', -1)) as name
            from core.repositories
            semi join unsettled on unsettled.name = lower(split_part(repositories.read_as, '/', -1))
        ) as namesakes using (name)
        join core.stated_architectures as stated on stated.model_key = namesakes.model_key
        where namesakes.model_key != unmatched.model_key
        group by all
    )
    group by model_key
),
of_names as (
    select unsettled.model_key, arg_min(words.architecture, words.rank::int) as architecture, arg_min(words.word, words.rank::int) as word
    from (select model_key, '-' || regexp_replace(name, '[^a-z0-9]+', '-', 'g') || '-' as name from unsettled) as unsettled
    join seeds.architecture_words as words on contains(unsettled.name, words.word)
    group by unsettled.model_key
)
select model_key, architecture, name, rule, null as overruled_tag
from core.stated_architectures
where model_key not in (select model_key from of_bases)
union all
select
    of_bases.model_key,
    of_bases.base.architecture,
    of_bases.base.name,
    'its base, as a quantized copy',
    if(of_bases.base.architecture != copies.tagged_architecture, copies.tag, null),
from of_bases
join copies using (model_key)
union all
select model_key, architecture, name, 'a repository of the same name without the suffix', null from of_namesakes
union all
select model_key, architecture, word, 'told by its name', null
from of_names
where model_key not in (select model_key from of_namesakes)
