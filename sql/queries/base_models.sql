-- grain: model_id
-- Derivatives of the chosen base models by lineage, each under its nearest chosen base (of its own size, if one is), with what it gains over the base's own
-- score. One row per derivative, of too many only every rung, the owners' instruct models and an even sample of the
-- others; and one for each base itself (days 0, gain 0) with figures over all of its derivatives and what the filters left out.
-- is_rung: better than the base and all before it, on every score but those of pending results. Dated before the release or undated: a row, but never a rung.
with score_index as (
    from index_of_score($dataset, $benchmark)
),
selected_bases as (
    select * from marts.bases where dataset = $dataset and list_contains($bases, base_model_id)
),
chosen as (
    select base_model_id, model_key, evaluated_key, label, rank, released_on, owner_instructs, scores[(from score_index)] as score
    from selected_bases
    where unavailable is null and scores[(from score_index)] is not null
),
measured as (
    select
        chosen.rank,
        list_filter(
            list_append(submissions.scores, {'benchmark': 'average', 'score': submissions.score}),
            lambda measure: measure.benchmark = $benchmark
        )[1].score - chosen.score as gain,
    from core.submissions_by_key as submissions
    join chosen on chosen.evaluated_key = submissions.model_key
    where submissions.leaderboard = $dataset and not submissions.is_flagged
),
repeated as (
    select rank, min(gain) as spread_low, max(gain) as spread_high, count(gain) as evaluations
    from measured
    group by all
),
descended as materialized (
    select
        models.* exclude (dataset, base_key, scores),
        chosen.rank,
        models.scores[(from score_index)] as score,
        models.scores[(from score_index)] - chosen.score as gain,
        date_diff('day', chosen.released_on, models.appeared_on) as days,
        models.is_resized::int * 1000000000::bigint + models.distance * 1000000 + chosen.rank as nearest_rank,
    from marts.derivatives as models
    join chosen on chosen.model_key = models.base_key
    where models.dataset = $dataset
        and models.scores[(from score_index)] is not null
        and models.model_key not in (select model_key from selected_bases where model_key is not null union all select evaluated_key from selected_bases where evaluated_key is not null)
),
-- What descends from several stands under one of its own size, of these under the nearest, ties by reading order.
nearest as (
    select model_key, min(nearest_rank) as nearest_rank from descended group by all
),
owned as (
    select rank, instruct.model_key, instruct.scores
    from (select rank, unnest(owner_instructs) as instruct from chosen)
),
bounds as (
    select settled_on, awaits_late_submissions from marts.datasets where dataset = $dataset
),
gained as materialized (
    select
        descended.* exclude (nearest_rank),
        coalesce(appeared_on > bounds.settled_on and bounds.awaits_late_submissions, false) or type = 'pending' as is_filling,
        coalesce(appeared_on > bounds.settled_on and not bounds.awaits_late_submissions, false) and type != 'pending' as is_missing_late_submissions,
        case
            when is_merge and not $merges then 'merge'
            when is_resized and not $resized then 'resized'
            when not is_of_size($sizes, $at_most_b, size, nominal_b) then 'size'
            when appeared_on not between $start and $end then 'date'
        end as hidden_by,
    from descended
    semi join nearest using (model_key, nearest_rank)
    cross join bounds
),
-- Only the best of a day can be a rung, and of equals the first name.
days as (
    select rank, appeared_on, max(gain) as gain
    from gained
    where hidden_by is null and days >= 0 and gain > 0 and type != 'pending'
    group by all
),
record_days as (
    select rank, appeared_on, gain
    from days
    qualify gain > coalesce(max(gain) over (partition by rank order by appeared_on rows between unbounded preceding and 1 preceding), 0)
),
rungs as (
    select min(gained.model_key) as model_key
    from gained
    join record_days using (rank, appeared_on, gain)
    where gained.hidden_by is null and gained.type != 'pending'
    group by rank, appeared_on
),
disputed as (
    select distinct model_key from marts.disputed_models where dataset = $dataset and fact in ('date', 'base model')
),
counted as (
    select
        rank,
        count(*) filter (hidden_by is null) as derivatives,
        quantile_cont(gain, [0.25, 0.5, 0.75]) filter (hidden_by is null) as quartiles,
        count(*) filter (hidden_by is null and gain > 0) as above,
        count(*) filter (hidden_by is null and is_filling) as still_filling,
        count(*) filter (hidden_by is null and is_missing_late_submissions) as missing_late_submissions,
        count(*) filter (hidden_by is null and days < 0) as before_release,
        count(*) filter (hidden_by is null and days is null) as undated,
        count(*) filter (hidden_by = 'merge') as hidden_merges,
        count(*) filter (hidden_by = 'resized') as hidden_resized,
        count(*) filter (hidden_by is null and is_resized) as resized,
        count(*) filter (hidden_by is null and model_key in (from disputed)) as disputed,
        count(*) filter (hidden_by = 'size') as hidden_by_size,
        count(*) filter (hidden_by = 'date') as hidden_by_date,
    from gained
    group by all
),
total as (
    select coalesce(sum(derivatives), 0)::bigint as derivatives from counted
),
selected as (
    select
        gained.* exclude (hidden_by, sample_bucket, size, nominal_b),
        rungs.model_key is not null as is_rung,
        owned.model_key is not null as is_owners_instruct,
    from gained
    left join rungs using (model_key)
    left join owned using (rank, model_key)
    cross join total
    where gained.hidden_by is null
        and (
            rungs.model_key is not null
            or owned.model_key is not null
            or gained.sample_bucket < if(total.derivatives <= $most, 65536, 65536.0 * $most / total.derivatives)
        )
),
instruct as (
    select owned.rank, count(*) as instruct_undeclared
    from owned
    anti join nearest using (model_key)
    where owned.scores[(from score_index)] is not null
    group by all
)
select
    chosen.base_model_id, chosen.label, chosen.rank, chosen.released_on, chosen.score as base_score,
    models.model_id, selected.distance, selected.type, selected.score, selected.gain, selected.appeared_on, models.appeared_rule,
    selected.days, selected.is_merge, selected.is_resized, selected.is_owners_instruct, selected.is_filling, selected.is_missing_late_submissions, selected.is_rung, false as is_base,
from selected
join chosen using (rank)
join marts.evaluated_models as models on models.dataset = $dataset and models.model_key = selected.model_key
union all by name
select
    chosen.base_model_id, chosen.label, chosen.rank, chosen.released_on, chosen.score as base_score, chosen.base_model_id as model_id,
    0 as distance, chosen.score, 0.0 as gain, chosen.released_on as appeared_on, 'its own release' as appeared_rule, 0 as days,
    false as is_merge, false as is_resized, false as is_owners_instruct, false as is_filling, false as is_missing_late_submissions, true as is_rung, true as is_base,
    repeated.spread_low, repeated.spread_high, repeated.evaluations,
    coalesce(counted.derivatives, 0) as derivatives,
    counted.quartiles[1] as lower_gain,
    counted.quartiles[2] as median_gain,
    counted.quartiles[3] as upper_gain,
    counted.above / nullif(counted.derivatives, 0) as share_above,
    coalesce(counted.still_filling, 0) as still_filling,
    coalesce(counted.missing_late_submissions, 0) as missing_late_submissions,
    coalesce(counted.before_release, 0) as before_release,
    coalesce(counted.undated, 0) as undated,
    coalesce(counted.hidden_merges, 0) as hidden_merges,
    coalesce(counted.hidden_resized, 0) as hidden_resized,
    coalesce(counted.resized, 0) as resized,
    coalesce(counted.disputed, 0) as disputed,
    coalesce(counted.hidden_by_size, 0) as hidden_by_size,
    coalesce(counted.hidden_by_date, 0) as hidden_by_date,
    coalesce(instruct.instruct_undeclared, 0) as instruct_undeclared,
from chosen
join repeated using (rank)
left join counted using (rank)
left join instruct using (rank)
order by rank, is_base desc, appeared_on nulls last, gain desc, model_id
