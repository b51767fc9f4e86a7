-- grain: model_id
-- Evaluated models of the chosen types, architectures and sizes, or the best of them by the chosen score, with what is known of each: its
-- scores in the order of core.benchmarks, likes and downloads, size, age, commits, descendants, and whether licence and training data
-- are declared (1) or not (0). NULL is unknown. Of too many models an even sample. On a leaderboard likes are its own, all of one day.
with score_index as (
    from index_of_score($dataset, $benchmark)
),
filtered as (
    select
        model_key,
        model_id,
        sample_bucket,
        scores,
        type,
        architecture,
        size,
        parameters_b,
        appeared_on,
        row_number() over (order by scores[(from score_index)] desc nulls last, model_id) as place,
        count(*) over () as all_models,
    from marts.evaluated_models
    where dataset = $dataset
        and is_chosen($types, type)
        and is_chosen($architectures, architecture)
        and is_of_size($sizes, $at_most_b, size, nominal_b)
),
chosen as (
    select *
    from filtered
    where if(
        $subset = 'all',
        all_models <= $most or sample_bucket < 65536.0 * $most / all_models,
        place <= try_cast($subset as integer)
    )
)
select
    chosen.model_id,
    chosen.type,
    chosen.architecture,
    chosen.size,
    chosen.scores[1] as average,
    chosen.scores[2] as benchmark_1,
    chosen.scores[3] as benchmark_2,
    chosen.scores[4] as benchmark_3,
    chosen.scores[5] as benchmark_4,
    chosen.scores[6] as benchmark_5,
    chosen.scores[7] as benchmark_6,
    measures.likes::double as likes,
    measures.downloads_30d::double as downloads_30d,
    measures.downloads_all_time::double as downloads_all_time,
    chosen.parameters_b,
    measures.age_days::double as age_days,
    measures.commits::double as commits,
    measures.contributors::double as contributors,
    measures.span_days::double as span_days,
    measures.descendants::double as descendants,
    measures.has_license::int::double as has_license,
    measures.has_training_data::int::double as has_training_data,
    chosen.all_models,
from chosen
join marts.model_measures as measures on measures.dataset = $dataset and measures.model_key = chosen.model_key
order by average desc nulls last, chosen.model_id
