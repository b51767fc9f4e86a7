-- grain: model_id
-- Evaluated models of the chosen types, architectures and sizes, or the best of them by the chosen score, with what is known of each: its
-- scores in the order of core.benchmarks, likes and downloads, size, age, commits, descendants, and whether licence and training data
-- are declared (1) or not (0). NULL is unknown. Of too many models an even sample. On a leaderboard likes are its own, all of one day.
with score_index as (
    from index_of_score($dataset, $benchmark)
),
filtered as (
    select model_key, model_id, sample_bucket, scores[(from score_index)] as score
    from marts.evaluated_models
    where dataset = $dataset
        and is_chosen($types, type)
        and is_chosen($architectures, architecture)
        and is_of_size($sizes, $at_most_b, size, nominal_b)
),
total as (
    select count(*) as all_models from filtered
),
best as (
    select model_key
    from filtered
    where $subset != 'all'
    order by score desc nulls last, model_id
    limit coalesce(try_cast($subset as bigint), 0)
),
chosen as (
    select model_key from best
    union all
    select model_key
    from filtered
    cross join total
    where $subset = 'all' and (all_models <= $most or sample_bucket < 65536.0 * $most / all_models)
)
select
    models.model_id,
    models.type,
    models.architecture,
    models.size,
    models.scores[1] as average,
    models.scores[2] as benchmark_1,
    models.scores[3] as benchmark_2,
    models.scores[4] as benchmark_3,
    models.scores[5] as benchmark_4,
    models.scores[6] as benchmark_5,
    models.scores[7] as benchmark_6,
    measures.likes::double as likes,
    measures.downloads_30d::double as downloads_30d,
    measures.downloads_all_time::double as downloads_all_time,
    models.parameters_b,
    measures.age_days::double as age_days,
    measures.commits::double as commits,
    measures.contributors::double as contributors,
    measures.span_days::double as span_days,
    measures.descendants::double as descendants,
    measures.has_license::int::double as has_license,
    measures.has_training_data::int::double as has_training_data,
    total.all_models,
from marts.evaluated_models as models
join chosen using (model_key)
join marts.model_measures as measures on measures.dataset = $dataset and measures.model_key = models.model_key
cross join total
where models.dataset = $dataset
order by average desc nulls last, models.model_id
