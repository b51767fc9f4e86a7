-- grain: model_key
-- scratch
-- How large a model is by what is said of itself: safetensors' counts by type, unpacked; else GGUF's total; the leaderboard's figure
-- (v1 and early exports of v2 cut it off: n stands for n to n + 1); a curated one; the number in its name.
-- A leaderboard's figure gives way to the name where it is about half or twice of that, for a quantized copy down to an eighth, except for
-- mixtures: then stored elements were counted for parameters.
-- Stored elements are not parameters: packed types hold several in one (I32 and U32 eight at 4 bits, four at 8; U8 two at 4),
-- where a quantization config, a tag, the name, or a share of at least 0.3 says that they are packed; never I8, I64 or BOOL.
with truncated as (
    -- v1, and the exports of v2 of 2024, cut sizes off: n stands for n to n + 1
    select leaderboard from core.submissions_by_key group by leaderboard having bool_and(parameters_b = floor(parameters_b))
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
                filter (parameters_b is not null and not is_of_bits) as figure,
            bool_or(coalesce(is_moe, false)) as is_moe,
            max(architecture_class) as architecture_class,
        from (
            -- leaderboards read the size of some models out of "16bit" in their name
            select submissions.*, coalesce(try_cast(regexp_extract(repositories.read_as, '(?i)([0-9]+)[-_ ]?bits?', 1) as double) = submissions.parameters_b, false) as is_of_bits
            from core.submissions_by_key as submissions
            join core.repositories using (model_key)
        )
        group by model_key
    )
),
curated as (
    select parents.base_model_key as model_key, min(listed) as listed
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
),
-- What each source says, in billions, side by side.
stated as (
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
),
named as (
    select
        stated.*,
        -- a number that may mean two things stands only where another source agrees
        case
            when not is_name_ambiguous then name_b
            when coalesce(unpacked_b, gguf_b, board_b, curated_b) between 0.75 * name_underscored_b and 1.25 * name_underscored_b then name_underscored_b
            when coalesce(unpacked_b, gguf_b, board_b, curated_b) between 0.75 * name_b and 1.25 * name_b then name_b
        end as named_b,
        coalesce(unpacked_b, stated_total_b) as safetensors_b,
        if(is_board_truncated, 1, 0) as width,
    from stated
),
overruled as (
    select
        *,
        coalesce(
            not is_mixture
            and (
                (board_b / named_b >= if(is_copy, 0.12, 0.45) and (board_b + width) / named_b <= 0.625)
                or (board_b / named_b >= 1.8 and (board_b + width) / named_b <= 2.25)
            ),
            false
        ) as is_board_overruled,
        is_board_truncated and named_b between board_b and board_b + 1 as is_board_refined,
    from named
)
select
    model_key,
    case
        when safetensors_b is not null then safetensors_b
        when gguf_b is not null then gguf_b
        when is_board_overruled or is_board_refined then named_b
        else coalesce(board_b, curated_b)
    end as figure_b, -- NULL where only the name tells
    case
        when safetensors_b is not null then if(unpacked_b > stored_b, 'safetensors, packed weights unpacked', 'safetensors')
        when gguf_b is not null then 'GGUF'
        when is_board_overruled then 'number in the name, for leaderboard ' || board || ' counts stored elements'
        when is_board_refined then 'number in the name, within the whole billion of leaderboard ' || board
        when board_b is not null then 'leaderboard ' || board
        when curated_b is not null then 'curated'
    end as figure_rule,
    named_b,
    coalesce(figure_b, named_b) as own_b,
    if(not is_name_product and named_b between 0.75 * own_b and 1.25 * own_b, named_b, own_b) as own_nominal_b,
    is_copy,
    coalesce(is_mixture, false) as is_mixture,
    is_name_product,
    is_board_overruled,
    curated_active_b,
    stored_b,
    stated_total_b,
    board_b,
    board,
    is_board_truncated,
    is_board_adapter,
from overruled
