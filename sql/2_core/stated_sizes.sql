-- grain: model_key
-- scratch
-- What each source says of a repository's size, in billions of parameters, side by side.
-- Stored elements are not parameters: packed types hold several in one (I32 and U32 eight at 4 bits, four at 8; U8 two at 4),
-- where a quantization config, a tag, the name, or a share of at least 0.3 says that they are packed; never I8, I64 or BOOL.
with truncated as (
    -- v1, and the exports of v2 of 2024, cut sizes off: n stands for n to n + 1
    select leaderboard from core.keyed_submissions group by leaderboard having bool_and(parameters_b = floor(parameters_b))
),
boards as (
    select
        model_key,
        figure.parameters_b as board_b,
        figure.leaderboard as board,
        coalesce(figure.is_adapter, false) as is_board_adapter,
        is_moe,
        architecture_class,
    from (
        select
            model_key,
            -- evaluated at several precisions it has several figures: the fewer elements are the packed ones
            max({'leaderboard': leaderboard, 'parameters_b': parameters_b, 'is_adapter': coalesce(weight_type = 'Adapter', false)})
                filter (parameters_b is not null) as figure,
            bool_or(coalesce(is_moe, false)) as is_moe,
            max(architecture_class) as architecture_class,
        from core.keyed_submissions
        group by model_key
    )
),
curated as (
    select parents.base_model_key as model_key, any_value(listed) as listed
    from (select model_id, {'parameters_b': parameters_b::double, 'active_b': active_parameters_b::double, 'is_mixture': is_mixture = 'true'} as listed from seeds.model_parameters) as model_parameters
    join core.parents on parents.base_model_id = model_parameters.model_id
    group by parents.base_model_key
),
weights as (
    select
        keys.model_key,
        coalesce(listed.stored_weights, detailed.stored_weights) as stored_weights,
        coalesce(listed.stated_weights, detailed.stated_weights) as stated_weights,
        coalesce(if(listed.stored_weights is null, detailed.stored_in_32_bits, listed.stored_in_32_bits), 0) as stored_in_32_bits,
        coalesce(if(listed.stored_weights is null, detailed.stored_in_8_bits, listed.stored_in_8_bits), 0) as stored_in_8_bits,
        coalesce(listed.gguf_weights, detailed.gguf_weights) as gguf_weights,
        copies.model_key is not null as is_copy,
        coalesce(listed.has_quantization, detailed.has_quantization, false) as has_quantization,
        coalesce(listed.quantization_bits, detailed.quantization_bits, copies.bits, 4) as bits,
        coalesce(listed.architecture_class, detailed.architecture_class) as architecture_class,
    from (select model_key from core.repositories union all select model_key from core.unknown_parents) as keys
    left join core.listed on listed.model_key = keys.model_key
    left join core.detailed on detailed.model_key = keys.model_key
    left join core.quantized_copies as copies on copies.model_key = keys.model_key
)
select
    weights.model_key,
    weights.is_copy,
    weights.stored_weights / 1e9 as stored_b,
    weights.stated_weights / 1e9 as stated_total_b,
    if(
        (is_copy or has_quantization or stored_in_32_bits + stored_in_8_bits >= 0.3 * stored_weights) and bits between 2 and 8,
        stored_weights + stored_in_32_bits * (32 / bits - 1) + stored_in_8_bits * (8 / bits - 1),
        stored_weights
    ) / 1e9 as unpacked_b,
    weights.gguf_weights / 1e9 as gguf_b,
    boards.board_b,
    boards.board,
    coalesce(boards.board in (select leaderboard from truncated), false) as is_board_truncated,
    coalesce(boards.is_board_adapter, false) as is_board_adapter,
    curated.listed.parameters_b as curated_b,
    curated.listed.active_b as curated_active_b,
    name_sizes.stated_b as name_b,
    name_sizes.underscored_b as name_underscored_b,
    coalesce(name_sizes.is_ambiguous, false) as is_name_ambiguous,
    coalesce(name_sizes.is_product, false) as is_name_product,
    coalesce(boards.is_moe, false)
        or coalesce(name_sizes.is_product, false)
        or coalesce(curated.listed.is_mixture, false)
        or coalesce(regexp_matches(concat_ws(' ', boards.architecture_class, weights.architecture_class), '(?i)moe|mixtral|dbrx|jamba|arctic|deepseek_?v[23]|grok|switch'), false) as is_mixture,
from weights
left join boards using (model_key)
left join core.name_sizes using (model_key)
left join curated using (model_key)
where coalesce(stored_weights, stated_weights, gguf_weights, board_b, curated.listed.parameters_b, stated_b) is not null
