-- grain: model_key, claimant, claim
-- scratch
-- Sizes that are not believed. Stored elements are not parameters where weights are packed; a total can contradict its own counts;
-- a leaderboard counts stored elements of packed copies, and a name can be wrong by a generation.
with sizes as (
    select
        decided.model_key,
        decided.parameters_b,
        decided.parameters_rule,
        decided.is_board_overruled,
        own_sizes.* exclude (model_key, is_board_overruled),
    from core.model_sizes as decided
    join core.own_sizes using (model_key)
)
select
    model_key,
    claimant,
    printf('%.4g B', claimed_b) as claim,
    printf('%.4g B', parameters_b) as used,
    rule,
    why,
from (
    select
        model_key, parameters_b, 'safetensors' as claimant, stored_b as claimed_b, 'packed weights unpacked' as rule,
        'its stored elements hold several weights each' as why,
    from sizes
    where parameters_rule = 'safetensors, packed weights unpacked'
    union all
    select
        model_key, parameters_b, 'safetensors total', stated_total_b, 'sum of the counts by type',
        'the total contradicts its own counts by type',
    from sizes
    where starts_with(parameters_rule, 'safetensors') and stored_b is not null and abs(stated_total_b / stored_b - 1) > 0.01
    union all
    select
        model_key, parameters_b, 'leaderboard ' || board, board_b,
        if(is_board_overruled, parameters_rule, 'another source of more than 1.25 times or less than 0.8 of it: ' || parameters_rule),
        if(is_board_overruled, 'about half or twice of what its name or its base says: the leaderboard counted packed weights, or an adapter twice', 'the weights themselves go before the leaderboard'),
    from sizes
    where board_b is not null and parameters_b is distinct from board_b
        and not (is_board_truncated and parameters_b between board_b and board_b + 1)
        and (parameters_b / board_b not between 0.8 and 1.25)
    union all
    select
        model_key, parameters_b, 'its name', named_b, 'another source: ' || parameters_rule,
        'counted weights go before a number in a name',
    from sizes
    where named_b is not null and not is_name_product and parameters_b / named_b not between 0.5 and 2
)
qualify row_number() over (partition by model_key, claimant, claim order by rule) = 1
