-- grain: dataset, view, figure, rule
-- scratch
-- Headline figures of base models: how far the one that was improved furthest was improved, and after how many days half of the ladders reached their last rung, under each rule.
-- As at first on the page grown and pruned derivatives are left out, and merges are not.
with rules as (
    select rule
    from core.headline_rules
    where rule in ('default', 'evaluation-first', 'evaluation-latest', 'evaluation-median', 'merges-out', 'sizes-believed', 'dates-believed', 'hub-dates')
),
scored as (
    select scores.*
    from marts.scores_by_rule as scores
    join rules using (rule)
    where scores.score is not null
),
bases as (
    select
        bases.dataset,
        scored.rule,
        bases.rank,
        bases.label,
        bases.model_key,
        bases.evaluated_key,
        scored.score,
        if(bases.released_rule = 'curated release date', bases.released_on, scored.appeared_on) as released_on,
    from marts.bases
    join scored on scored.dataset = bases.dataset and scored.model_key = bases.evaluated_key
    where bases.is_default and coalesce(bases.unavailable, '') in ('', 'its own release is undated')
),
selected as (
    select dataset, rule, model_key from bases where released_on is not null
    union
    select dataset, rule, evaluated_key from bases where released_on is not null
),
-- sizes of bases where a claimed one is believed
sizes as (
    select
        models.model_key,
        coalesce(believed.parameters_b, models.parameters_b) as parameters_b,
        case
            when believed.parameters_b is null then models.nominal_b
            when believed.parameters_b < 0.1 then round(believed.parameters_b, 3)
            when believed.parameters_b < 2.5 then round(believed.parameters_b, 1)
            else round(believed.parameters_b)
        end as nominal_b,
        (believed.parameters_b is null and models.parameters_rule = 'leaderboard v1')::int as cut_off_b,
    from core.models
    left join core.believed_claims as believed using (model_key)
    where models.model_key in (select model_key from bases)
),
attempts as (
    select
        bases.dataset,
        bases.rule,
        bases.rank,
        bases.label,
        derivatives.model_key,
        scored.model_id,
        scored.score - bases.score as gain,
        scored.appeared_on,
        date_diff('day', bases.released_on, scored.appeared_on) as days,
        scored.type = 'pending' as is_pending,
        derivatives.distance,
        if(
            bases.rule = 'sizes-believed',
            coalesce(
                ((scored.parameters_b + scored.cut_off_b) / sizes.parameters_b < 0.8 or scored.parameters_b / (sizes.parameters_b + sizes.cut_off_b) > 1.25)
                and scored.nominal_b / sizes.nominal_b not between 0.8 and 1.25,
                false
            ),
            derivatives.is_resized
        ) as is_resized,
    from bases
    join marts.derivatives on derivatives.dataset = bases.dataset and derivatives.base_key = bases.model_key
    join scored on scored.dataset = bases.dataset and scored.rule = bases.rule and scored.model_key = derivatives.model_key
    left join sizes on sizes.model_key = bases.model_key
    anti join selected on selected.dataset = bases.dataset and selected.rule = bases.rule and selected.model_key = derivatives.model_key
    where bases.released_on is not null
),
-- what descends from several stands under one of its own size, of these under the nearest, ties by reading order
nearest as (
    select *
    from attempts
    qualify row_number() over (partition by dataset, rule, model_key order by is_resized, distance, rank) = 1
),
attempted as (
    select nearest.*, nearest.gain > 0 and nearest.days >= 0 and not nearest.is_pending as is_rise
    from nearest
    join marts.datasets using (dataset)
    where not nearest.is_resized and nearest.appeared_on between datasets.default_start and datasets.default_end
),
furthest as (
    select dataset, arg_min(model_key, struct_pack(loss := -gain, rank := rank, appeared_on := appeared_on, model_key := model_key)) as model_key
    from attempted
    where rule = 'default' and is_rise
    group by dataset
),
-- the one that gained most is left out
ruled as (
    select * from attempted
    union all
    select attempted.* replace ('largest-out' as rule)
    from attempted
    join furthest on furthest.dataset = attempted.dataset
    where attempted.rule = 'default' and attempted.model_key != furthest.model_key
),
ladders as (
    select
        dataset,
        rule,
        rank,
        any_value(label) as label,
        max(gain) as gain,
        arg_min(struct_pack(model_id := model_id, days := days), struct_pack(loss := -gain, appeared_on := appeared_on, model_key := model_key)) as peak,
    from ruled
    where is_rise
    group by dataset, rule, rank
),
counted as (
    select dataset, rule, count(*) as models from ruled group by dataset, rule
)
select
    dataset,
    'base-models' as view,
    'furthest' as figure,
    rule,
    max(ladders.gain) as value,
    max(counted.models) as n,
    arg_min(ladders.label, struct_pack(loss := -ladders.gain, rank := ladders.rank)) as name,
    [arg_min(ladders.peak.model_id, struct_pack(loss := -ladders.gain, rank := ladders.rank))] as holders,
from ladders
join counted using (dataset, rule)
group by dataset, rule
union all
select dataset, 'base-models', 'days-to-peak', rule, median(peak.days)::double, count(*), null, null
from ladders
group by dataset, rule
having count(*) > 1
