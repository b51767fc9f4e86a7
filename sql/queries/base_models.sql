-- grain: model_id
-- Derivatives of the chosen base models by lineage, each under its nearest chosen base, with what it gains over the base's own
-- score. One row per derivative, and one for each base itself (days 0, gain 0) with what the filters left out of its derivatives.
-- is_rung: better than the base and all before it. Dated before the release or undated: a row, but never a rung.
with chosen as (
    select bases.base_model_id, bases.label, bases.rank, bases.released_on, bases.owner_instruct_ids, scores.score
    from marts.bases
    join marts.scores on scores.dataset = bases.dataset and scores.model_id = bases.base_model_id and scores.benchmark = $benchmark
    where bases.dataset = $dataset and bases.unavailable is null and list_contains($bases, bases.base_model_id)
),
submitted as (
    select model_id, list_append(scores, {'benchmark': 'average', 'score': score}) as measures
    from core.submissions
    where leaderboard = $dataset and not is_flagged and list_contains($bases, model_id)
),
repeated as (
    select
        chosen.base_model_id,
        min(measure.score - chosen.score) as spread_low,
        max(measure.score - chosen.score) as spread_high,
        count(*) as evaluations,
    from chosen
    join (select model_id, unnest(measures) as measure from submitted) as measured on measured.model_id = chosen.base_model_id
    where measure.benchmark = $benchmark and measure.score is not null
    group by all
),
nearest as (
    select derivatives.model_id, derivatives.base_model_id, derivatives.distance
    from marts.derivatives
    join chosen using (base_model_id)
    where derivatives.dataset = $dataset and not list_contains($bases, derivatives.model_id)
    qualify row_number() over (partition by derivatives.model_id order by derivatives.distance, chosen.rank) = 1
),
bounds as (
    select as_of::date - lag_days::int as filled_on from marts.datasets where dataset = $dataset
),
gained as (
    select
        chosen.base_model_id,
        chosen.label,
        chosen.rank,
        chosen.released_on,
        chosen.score as base_score,
        scores.model_id,
        nearest.distance,
        scores.type,
        scores.score,
        scores.score - chosen.score as gain,
        scores.appeared_on,
        scores.appeared_rule,
        date_diff('day', chosen.released_on, scores.appeared_on) as days,
        scores.is_merge,
        list_contains(chosen.owner_instruct_ids, scores.model_id) as is_owners_instruct,
        coalesce(scores.appeared_on > bounds.filled_on, false) as is_filling,
        case
            when scores.is_merge and not $merges then 'merge'
            when len($sizes) > 0 and not list_contains($sizes, scores.size) then 'size'
            when scores.appeared_on not between $start and $end then 'date'
        end as hidden_by,
    from nearest
    join chosen using (base_model_id)
    join marts.scores on scores.dataset = $dataset and scores.benchmark = $benchmark and scores.model_id = nearest.model_id
    cross join bounds
),
climbed as (
    select
        * exclude (hidden_by),
        coalesce(
            days >= 0 and gain > greatest(
                0,
                coalesce(
                    max(gain) filter (days >= 0) over (
                        partition by base_model_id
                        order by appeared_on nulls last, gain desc, model_id
                        rows between unbounded preceding and 1 preceding
                    ),
                    0
                )
            ),
            false
        ) as is_rung,
        false as is_base,
    from gained
    where hidden_by is null
),
hidden as (
    select
        base_model_id,
        count(*) filter (hidden_by = 'merge') as hidden_merges,
        count(*) filter (hidden_by = 'size') as hidden_by_size,
        count(*) filter (hidden_by = 'date') as hidden_by_date,
    from gained
    group by all
),
instruct as (
    select owned.base_model_id, count(*) as instruct_undeclared
    from (select base_model_id, unnest(owner_instruct_ids) as model_id from chosen) as owned
    semi join marts.scores on scores.dataset = $dataset and scores.benchmark = $benchmark and scores.model_id = owned.model_id
    anti join nearest on nearest.model_id = owned.model_id
    group by all
)
select * from climbed
union all by name
select
    chosen.base_model_id, chosen.label, chosen.rank, chosen.released_on, chosen.score as base_score, chosen.base_model_id as model_id,
    0 as distance, chosen.score, 0.0 as gain, chosen.released_on as appeared_on, 'its own release' as appeared_rule, 0 as days,
    false as is_merge, false as is_owners_instruct, false as is_filling, true as is_rung, true as is_base,
    repeated.spread_low, repeated.spread_high, repeated.evaluations,
    coalesce(hidden.hidden_merges, 0) as hidden_merges,
    coalesce(hidden.hidden_by_size, 0) as hidden_by_size,
    coalesce(hidden.hidden_by_date, 0) as hidden_by_date,
    coalesce(instruct.instruct_undeclared, 0) as instruct_undeclared,
from chosen
join repeated using (base_model_id)
left join hidden using (base_model_id)
left join instruct using (base_model_id)
order by rank, is_base desc, appeared_on nulls last, gain desc, model_id
