-- grain: model_key
-- scratch
-- How large a model is: what is said of itself; for adapters and quantized copies without a figure their base's; else the number in its
-- name. A copy has the name of what it copies: where that and the declared base are far apart, the name stands.
-- A leaderboard's figure for a quantized copy that is half of its base's or less counts stored elements, and gives way to it; so does one for
-- an adapter that is twice its base's.
-- As people call it, a size is the number in the model's own name within a quarter of its parameters. A model without one is called as more
-- than half of those that have one and nearly as many parameters (all within 0.5%, none beyond 1%), where these are five or more; else its
-- parameters are rounded. So a size does not depend on whether a name spells it.
with bases as (
    select
        edges.model_key,
        any_value(coalesce(base.figure_b, base.named_b)) as base_b,
    from core.base_models_by_key as edges
    join core.own_sizes as base on base.model_key = edges.base_model_key
    where edges.relation in ('adapter', 'quantized')
        or edges.model_key in (select model_key from core.quantized_copies)
        or edges.model_key in (select model_key from core.own_sizes where is_board_adapter)
    group by edges.model_key
    having count(*) = 1
),
joined as (
    select
        coalesce(own_sizes.model_key, bases.model_key) as model_key,
        own_sizes.* exclude (model_key),
        bases.base_b,
        coalesce(
            not is_board_truncated and not is_mixture and starts_with(figure_rule, 'leaderboard')
            and ((is_copy and board_b / base_b between 0.12 and 0.625) or (is_board_adapter and board_b / base_b between 1.8 and 2.25)),
            false
        ) as is_board_overruled_by_base,
        coalesce(is_copy and named_b / base_b not between 0.5 and 2, false) as is_base_contradicted,
    from core.own_sizes
    full join bases using (model_key)
),
decided as (
    select
        *,
        case
            when is_board_overruled_by_base then base_b
            when figure_b is null and is_base_contradicted then named_b
            else coalesce(figure_b, base_b, named_b)
        end as parameters_b,
        case
            when is_board_overruled_by_base then 'its base, for leaderboard ' || board || ' counts stored elements'
            when figure_b is not null then figure_rule
            when base_b is not null and not is_base_contradicted then 'its base'
            else 'number in the name'
        end as parameters_rule,
    from joined
),
sized as (
    select
        *,
        if(not is_name_product and named_b between 0.75 * parameters_b and 1.25 * parameters_b, named_b, null) as called_b,
        floor(ln(parameters_b) / ln(1.005))::int as step, -- steps of 0.5%
    from decided
    where parameters_b > 0
),
votes as (
    select step, called_b, count(*) as models from sized where called_b is not null group by step, called_b
),
nearly_equal as (
    select step, called_b, sum(models) as models
    from (
        select step, called_b, models from votes
        union all
        select step - 1, called_b, models from votes
        union all
        select step + 1, called_b, models from votes
    )
    group by step, called_b
),
mostly_called as (
    select step, called_b as mostly_b
    from (select *, sum(models) over (partition by step) as all_models from nearly_equal)
    where all_models >= 5 and 2 * models > all_models -- one at most
)
select
    sized.model_key,
    sized.parameters_b,
    sized.parameters_rule,
    sized.curated_active_b as active_parameters_b,
    case
        when sized.called_b is not null then sized.called_b
        when mostly_b between 0.75 * sized.parameters_b and 1.25 * sized.parameters_b then mostly_b
        when sized.parameters_b < 0.1 then round(sized.parameters_b, 3)
        when sized.parameters_b < 2.5 then round(sized.parameters_b, 1)
        else round(sized.parameters_b)
    end as nominal_b,
    case
        when sized.called_b is not null then 'number in the name'
        when mostly_b between 0.75 * sized.parameters_b and 1.25 * sized.parameters_b then 'number in most names of models of nearly as many parameters'
        else 'rounded'
    end as nominal_rule,
    coalesce(sized.is_board_overruled, false) or sized.is_board_overruled_by_base as is_board_overruled,
from sized
left join mostly_called using (step)
