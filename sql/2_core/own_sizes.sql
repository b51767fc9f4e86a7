-- grain: model_key
-- scratch
-- How large a model is by what is said of itself: safetensors' counts by type, unpacked; else GGUF's total; the leaderboard's figure
-- (v1 and early exports of v2 cut it off: n stands for n to n + 1); a curated one; the number in its name.
-- A leaderboard's figure gives way to the name where it is about half or twice of that, for a quantized copy down to an eighth, except for
-- mixtures: then stored elements were counted for parameters.
with named as (
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
    from core.stated_sizes as stated
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
