-- grain: model_key, is_of_listing, position
-- scratch
-- by model: staging.hub_listing, core.listed, core.detailed
-- Tags that tell something: a licence, a base model, training data, a paper, a language, a quantization, a relation to a base or an architecture. Each list of tags is read once.
-- Lists are taken apart before anything is joined: DuckDB 2.0.0 fails on a join whose rows come out of a list out of a join.
with spread as (
    select null as model_key, row_number, snapshot_id, unnest(tags) as tag, generate_subscripts(tags, 1) as position
    from staging.hub_listing
    union all
    select model_key, null, null, unnest(tags), generate_subscripts(tags, 1)
    from core.detailed
),
relevant_tags as (
    select *
    from spread
    where starts_with(tag, 'base_model:')
        or starts_with(tag, 'license:')
        or starts_with(tag, 'dataset:')
        or starts_with(tag, 'arxiv:')
        or (length(tag) = 2 and tag in (select code from seeds.languages))
        or tag in ('gguf', 'gptq', 'awq', 'mlx', 'bitsandbytes', 'exl2', 'fp8', '2-bit', '3-bit', '4-bit', '5-bit', '6-bit', '8-bit')
        or tag in ('peft', 'lora', 'template:sd-lora', 'textual_inversion', 'controlnet', 't2i-adapter', 'ip-adapter', 'merge', 'mergekit', 'lazymergekit', 'generated_from_trainer', 'generated_from_keras_callback', 'generated_from_setfit_trainer', 'trl', 'sft', 'dpo', 'orpo', 'dreambooth')
        or tag in (select name from core.architecture_names)
),
tagged as (
    select
        coalesce(relevant_tags.model_key, listed.model_key) as model_key,
        relevant_tags.model_key is null as is_of_listing,
        relevant_tags.tag,
        relevant_tags.position,
    from relevant_tags
    left join core.listed using (row_number, snapshot_id)
)
select
    model_key,
    is_of_listing,
    position,
    tag,
    case
        when starts_with(tag, 'base_model:') then 'base model'
        when starts_with(tag, 'license:') then 'licence'
        when starts_with(tag, 'dataset:') then 'training data'
        when starts_with(tag, 'arxiv:') then 'paper'
        when regexp_matches(tag, '^[a-z]{2}$') then 'language' -- no architecture has such a name
        when tag in ('gguf', 'gptq', 'awq', 'mlx', 'bitsandbytes', 'exl2', 'fp8', '2-bit', '3-bit', '4-bit', '5-bit', '6-bit', '8-bit') then 'quantization'
        when tag in ('peft', 'lora', 'template:sd-lora', 'textual_inversion', 'controlnet', 't2i-adapter', 'ip-adapter', 'merge', 'mergekit', 'lazymergekit', 'generated_from_trainer', 'generated_from_keras_callback', 'generated_from_setfit_trainer', 'trl', 'sft', 'dpo', 'orpo', 'dreambooth') then 'relation'
        else 'architecture'
    end as subject,
from tagged
where model_key is not null -- the row of the listing that stands for its repository
