-- grain: model_key, base_model_key
-- scratch
-- Declared bases of a release that cannot be the derivative's, and the repository that is used instead: the release has another of the
-- derivative's size (never the derivative itself), or the derivative's name tells another generation (3.1 under 3).
-- Merges, mixtures and the releases' own repositories are what they declare, and so is what says that it was grown or pruned, carries its
-- base's whole name, or speaks of another family.
with edges as (
    select
        declared.model_key,
        declared.base_model_key,
        base.release_id,
        base.generation,
        base.family,
        base.kind,
        base.released_on as base_released_on,
        base.parameters_b as base_b,
        base.nominal_b as base_nominal_b,
        sizes.own_b as model_b,
        sizes.own_nominal_b as model_nominal_b,
        -- leaderboards count some adapters twice: such a figure is that of the declared base
        coalesce(sizes.is_board_adapter and starts_with(sizes.figure_rule, 'leaderboard') and sizes.own_b / base.parameters_b between 1.8 and 2.25, false) as is_doubled,
        base.is_of_known_generation,
        lower(split_part(repositories.read_as, '/', -1)) as name,
        lower(split_part(base.model_id, '/', -1)) as base_name,
    from core.declared_edges as declared
    join core.release_repositories as base on base.model_key = declared.base_model_key
    join core.repositories on repositories.model_key = declared.model_key
    left join core.own_sizes as sizes on sizes.model_key = declared.model_key
    where declared.relation is distinct from 'merge'
        and not coalesce(sizes.is_mixture, false)
        and declared.model_key not in (select model_key from core.release_repositories)
),
plausible as (
    from edges
    where not contains(name, base_name)
        and not regexp_matches(name, 'prun|upscal|franken|merge|mega|moe')
        and (
            contains(name, lower(family))
            or not regexp_matches(name, 'llama|mistral|mixtral|zephyr|qwen|gemma|phi-?[1-4]|falcon|bloom|pythia|starcoder')
        )
),
-- llama-3.1, Llama3_1 and llama 3.1 are all llama3.1; gemma-2b is no generation 2, for a b follows
named_generations as (
    select model_key, base_model_key, any_value(generations.generation) as generation
    from (
        select
            model_key,
            base_model_key,
            family,
            unnest(list_distinct(list_transform(
                regexp_extract_all(name, '(?:llama|qwen|gemma|phi|yi)[-_ ]?[0-9](?:[._][0-9])?(?:[^0-9b._]|[._][^0-9]|[._]?$)'),
                lambda word: regexp_replace(word, '[-_ ]?([0-9])(?:[._]([0-9]))?[^0-9]*$', '\1.\2').rtrim('.')
            ))) as token,
        from plausible
        where is_of_known_generation
    )
    join seeds.generations using (family, token)
    group by model_key, base_model_key
    having count(distinct generations.generation) = 1
),
candidates as (
    select
        edges.*,
        is_of_known_generation and named_generations.generation is not null and not starts_with(edges.generation, named_generations.generation) as is_other_generation,
        if(is_other_generation, named_generations.generation, edges.generation) as wanted_generation,
        coalesce(
            model_b / base_b not between 0.8 and 1.25
            and model_nominal_b / base_nominal_b not between 0.8 and 1.25
            and model_nominal_b != floor(base_b) -- 1b stands for 1.7 too
            and not is_doubled,
            false
        ) as is_other_size,
    from plausible as edges
    left join named_generations using (model_key, base_model_key)
    where is_other_generation or is_other_size
),
-- What declares several bases of releases is what all of them make it.
of_several as (
    select declared.model_key
    from core.declared_edges as declared
    join core.release_repositories as base on base.model_key = declared.base_model_key
    where declared.model_key in (select model_key from candidates)
    group by declared.model_key
    having count(*) > 1
)
select
    candidates.model_key,
    candidates.base_model_key,
    arg_min(
        siblings.model_key,
        {
            'is_other_kind': siblings.kind != if(candidates.kind in ('variant', 'mirror'), 'base', candidates.kind),
            'is_copy': siblings.kind in ('variant', 'mirror'),
            'distance': round(abs(ln(siblings.parameters_b / coalesce(candidates.model_b, candidates.base_b))), 1),
            'is_raw': lower(siblings.model_id) not like '%-hf', -- Meta's own format stands beside the one that everybody loads
            'unlikeness': levenshtein(lower(split_part(siblings.model_id, '/', -1)), candidates.base_name), -- 4k for 4k, chat-hf for chat-hf
            'model_id': siblings.model_id,
        }
    ) as used_base_key,
    any_value(if(is_other_generation, 'name tells another generation', 'the release has one of its size')) as rule,
from candidates
join core.release_repositories as siblings
    on siblings.generation = candidates.wanted_generation
    and (
        siblings.parameters_b / coalesce(candidates.model_b, candidates.base_b) between 0.8 and 1.25
        or siblings.nominal_b / coalesce(candidates.model_nominal_b, candidates.base_nominal_b) between 0.8 and 1.25
    )
    and siblings.model_key != candidates.base_model_key
    and siblings.model_key != candidates.model_key
left join core.listed on listed.model_key = candidates.model_key
left join core.detailed on detailed.model_key = candidates.model_key
where candidates.model_key not in (select model_key from of_several)
and (
    is_other_generation
    or (
        is_other_size
        and siblings.parameters_b / candidates.base_b not between 0.8 and 1.25 -- of the declared base's size it would change nothing
        and siblings.nominal_b / candidates.base_nominal_b not between 0.8 and 1.25
    )
)
-- what was there before a repository's release is not made from it, whatever its name and size seem to tell
and (siblings.released_on <= candidates.base_released_on or coalesce(coalesce(listed.created_at, detailed.created_at)::date >= siblings.released_on, true))
group by candidates.model_key, candidates.base_model_key
