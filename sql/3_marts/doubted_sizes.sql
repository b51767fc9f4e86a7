-- grain: dataset, model_key
-- stored
-- Models of a leaderboard whose size is in doubt: a claim about it is in core.disputes, or the model scores over two points more than every larger one near it.
-- That is: more than each with counted weights of up to eight times its size, the next twenty at least; where its own size is only a number in its name,
-- or a leaderboard's whole number, which can be read out of the name: of up to twice its size. The largest models have no larger ones to be compared with.
with sized as (
    select
        models.dataset,
        models.model_key,
        models.model_id,
        models.parameters_b,
        models.scores[1] as score,
        named.parameters_rule != 'number in the name'
            and (not starts_with(named.parameters_rule, 'leaderboard') or models.parameters_b != round(models.parameters_b)) as is_counted,
        disputed.why as disputed_why,
    from marts.evaluated_models as models
    join core.models as named using (model_key)
    left join (
        select model_key, min(claimant || ': ' || why) as why
        from core.disputes
        where fact = 'size' and claim is distinct from used
        group by model_key
    ) as disputed on disputed.model_key = models.model_key
    where models.parameters_b > 0
),
    -- 0.6931 is the logarithm of 2, 2.0794 that of 8; repositories of the same size are not compared
compared as (
    select
        *,
        if(
            is_counted,
            max(if(is_counted, score, null)) over (partition by dataset order by ln(parameters_b) range between 0.0001 following and 2.0794 following),
            max(if(is_counted, score, null)) over (partition by dataset order by ln(parameters_b) range between 0.0001 following and 0.6931 following)
        ) as best_of_larger,
        max(if(is_counted, score, null)) over (partition by dataset order by parameters_b, model_id rows between 1 following and 20 following) as best_of_next,
        count(*) over (partition by dataset order by parameters_b, model_id rows between 1 following and 20 following) as next_models,
        max(parameters_b) over (partition by dataset) >= parameters_b * if(is_counted, 8, 2) as is_below_larger,
    from sized
    where disputed_why is null
)
select
    dataset, /* leaderboard */
    model_key, /* repository */
    disputed_why as why, /* what makes it doubtful */
from sized
where disputed_why is not null
union all
select
    dataset,
    model_key,
    'it scores over two points more than every model with counted weights of up to ' || if(is_counted, 'eight times', 'twice') || ' its size',
from compared
where is_below_larger
    and next_models = 20
    and score > greatest(best_of_larger, best_of_next) + 2 -- the smallest models all guess, and differ by less
order by dataset, model_key
