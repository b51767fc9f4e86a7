-- Derivatives of the chosen base models by lineage, each under its nearest chosen base, with what it gains over the base's own
-- score. One row per derivative, and one for each base itself (days 0, gain 0). is_rung: better than the base and all before it.
with chosen as (
    select bases.base_model_id, bases.label, bases.rank, bases.released_on, bases.owner_instruct_ids, scores.score
    from marts.bases
    join marts.scores on scores.dataset = bases.dataset and scores.model_id = bases.base_model_id and scores.benchmark = $benchmark
    where bases.dataset = $dataset and bases.unavailable is null and list_contains($bases, bases.base_model_id)
),
repeated as (
    select chosen.base_model_id, min(measure.score - chosen.score) as spread_low, max(measure.score - chosen.score) as spread_high, count(*) as evaluations
    from chosen
    join (
        select model_id, unnest(list_append(scores, {'benchmark': 'average', 'score': score})) as measure
        from core.submissions
        where leaderboard = $dataset and not is_flagged
    ) as submitted on submitted.model_id = chosen.base_model_id
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
    from nearest
    join chosen using (base_model_id)
    join marts.scores on scores.dataset = $dataset and scores.benchmark = $benchmark and scores.model_id = nearest.model_id
    where (len($sizes) = 0 or list_contains($sizes, scores.size))
        and (scores.appeared_on is null or scores.appeared_on between $start and $end)
        and (not scores.is_merge or $merges)
),
climbed as (
    select
        *,
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
        ) as is_rung,
    from gained
)
select
    climbed.*,
    false as is_base,
    repeated.spread_low,
    repeated.spread_high,
    repeated.evaluations,
    coalesce(climbed.appeared_on > (select as_of::date - lag_days::int from marts.datasets where dataset = $dataset), false) as is_filling,
from climbed
join repeated using (base_model_id)
union all by name
select
    chosen.base_model_id, chosen.label, chosen.rank, chosen.released_on, chosen.score as base_score, chosen.base_model_id as model_id,
    0 as distance, null as type, chosen.score, 0.0 as gain, chosen.released_on as appeared_on, 'its own release' as appeared_rule, 0 as days,
    false as is_merge, false as is_owners_instruct, true as is_rung, true as is_base,
    repeated.spread_low, repeated.spread_high, repeated.evaluations, false as is_filling,
from chosen
join repeated using (base_model_id)
order by rank, is_base desc, appeared_on nulls last, gain desc, model_id
