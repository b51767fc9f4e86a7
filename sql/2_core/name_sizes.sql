-- grain: model_key
-- scratch
-- by model: core.repositories
-- The size that a repository's name states, in billions, by a number or by a word (phi-3-medium). Experts × size (8x7B) counts 0.87 of the product, for they share layers.
-- No size: counts of tokens (300B-tokens, 3T), of bits (4bit, gptq-4b), context (128k), versions (v0.1), active parameters (A3B, 17B-16E),
-- data (laion2B), hashes.
-- 1_8B and 1-8B may mean 1.8 or 8, and 16b may mean bits: is_ambiguous, and stands only beside another source that agrees.
with written as (
    select model_key, lower(split_part(model_id, '/', -1)) as name, contains(model_id, '16b') as is_16b
    from (
        select model_key, read_as as model_id from core.repositories
        union all
        select model_key, model_id from core.unknown_parents
    )
    where regexp_matches(model_id, '[0-9][bBmM]|[Pp]hi-?[34]|[Nn]emo')
),
-- Names are many and most are plain: only those with one of these traits are cleaned.
cleaned as (
    select
        model_key,
        is_16b,
        if(
            regexp_matches(
                name,
                'tok|laion|yfcc|wiki|lvd|fullcc|pubchem|merged2b|from|expert|moe[-_][0-9]|gptq|awq|exl2|bnb|hqq|marlin|(llama[23]|gemma2|phi3)[0-9]|b[-_][0-9]+e|[bmt][-_ ]?t($|[^a-z])|[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{4}-'
            ),
            name
                .regexp_replace('[0-9a-f]{16,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '', 'g')
                .regexp_replace('token[-_ ][0-9.]+[bmt]', '')
                .regexp_replace('[0-9.]+[bmt][-_ ]?(t|toks?|tokens?)($|[^a-z])', '\2', 'g')
                .regexp_replace('tokens?[-_ ]?[0-9.]+[bmt]', '')
                .regexp_replace('(laion|yfcc|wiki|lvd|fullcc|pubchem)[-_]?[0-9.]+[bm]|merged2b', '\1', 'g') -- data, not weights
                .regexp_replace('from[-_]?[0-9.]+b', 'from', 'g') -- the size of what it was grown or pruned from
                .regexp_replace('[0-9.]+b[-_][0-9]+e($|[^a-z0-9])', '\1') -- 17B-16E: active parameters and experts
                .regexp_replace('moe[-_][0-9.]+b[-_]([0-9.]+b)', 'moe-\1') -- OLMoE-1B-7B: active, then all
                .regexp_replace('([0-9.]+)b[-_]([0-9]+)[-_]?experts?', '\1bx\2')
                .regexp_replace('(gptq|awq|exl2|bnb|hqq|marlin)[-_]?[2-8]b($|[^a-z0-9])', '\1\2', 'g')
                .regexp_replace('(llama[23]|gemma2|phi3)(2|7|8|9|13|14|27|70)b', '\1-\2b'),
            name
        ) as name,
    from written
),
parts as (
    select
        model_key,
        is_16b,
        if(
            contains(name, 'x'),
            regexp_extract(name, '(?:^|[^a-z0-9.]|[a-z][a-z][a-uw-z])([0-9]{1,2})x([0-9]{1,3}(?:\.[0-9]+)?)b(?:$|[^a-z0-9])', ['experts', 'each']),
            null
        ) as mixture,
        if(
            contains(name, 'bx'),
            regexp_extract(name, '(?:^|[^a-z0-9.]|[a-z][a-z][a-uw-z])([0-9]{1,3}(?:\.[0-9]+)?)bx([0-9]{1,2})(?:$|[^a-z0-9])', ['each', 'experts']),
            null
        ) as times,
        if(
            contains(name, '_') or contains(name, '0-') or contains(name, '1-'),
            regexp_extract(name, '(?:(?:^|[^0-9._v]|[^0-9._]_)([0-9])_|(?:^|[^0-9a-z._])([01])-)([0-9])b(?:$|[^a-z0-9])', ['whole', 'little', 'tenths']),
            null
        ) as underscored,
        regexp_extract(
            name,
            '(?:^|[^a-z0-9.]|[a-z][a-z][a-uw-z]|(?:^|[^a-z0-9])yi)(?:([0-9]{1,4}(?:\.[0-9]+)?)b([0-9]?)|([0-9]{2,4})m)(?:$|[^a-z0-9]|v[0-9]|instruct|chat)',
            ['billions', 'tenths', 'millions']
        ) as plain,
    from cleaned
),
words as (
    select named.model_key, min(size_words.parameters_b::double) as word_b
    from (
        select model_key, '-' || regexp_replace(name, '[^a-z0-9]+', '-', 'g') || '-' as name
        from written
        where contains(name, 'phi') or contains(name, 'nemo')
    ) as named
    join seeds.size_words on contains(named.name, size_words.word)
    group by named.model_key
),
read as (
    select
        model_key,
        coalesce(mixture.experts != '', false) or coalesce(times.experts != '', false) as is_product,
        coalesce(underscored.tenths != '', false) or (is_16b and plain.billions = '16') as is_ambiguous,
        case
            when mixture.experts != '' then 0.87 * try_cast(mixture.experts as double) * try_cast(mixture.each as double)
            when times.experts != '' then 0.87 * try_cast(times.experts as double) * try_cast(times.each as double)
            when plain.billions != '' then try_cast(if(plain.tenths = '' or contains(plain.billions, '.'), plain.billions, plain.billions || '.' || plain.tenths) as double)
            when plain.millions != '' then try_cast(plain.millions as double) / 1000
            else words.word_b
        end as stated_b,
        try_cast(if(underscored.tenths != '', concat(underscored.whole, underscored.little, '.', underscored.tenths), null) as double) as underscored_b,
    from parts
    left join words using (model_key)
)
select model_key, stated_b, underscored_b, is_product, is_ambiguous
from read
where stated_b between 0.01 and 3000
