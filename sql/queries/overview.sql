-- grain: dataset
-- What the tiles of the overview say, in one row. A pending result of an official benchmark is nobody's best. The best models come from the dataset itself where it has scores, else from the newest leaderboard, and stand on every score until its
-- last day; undated models count where the dates reach the end of the data, for on an earlier day nobody knows that they were there.
with filtered as (
    select appeared_on, models
    from marts.model_counts_by_architecture
    where dataset = $dataset
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
),
tracked as (
    select
        coalesce(sum(models), 0)::bigint as models,
        coalesce(sum(models) filter (appeared_on is not null), 0)::bigint as dated,
    from filtered
),
measured as (
    select model_id, score, parameters_b, nominal_b, appeared_on, type
    from marts.best_scores_by_day_type_and_size
    where dataset = $board
        and benchmark = $benchmark
        and (appeared_on <= $board_end or (appeared_on is null and $board_end >= (select default_end from marts.datasets where dataset = $board)))
        and is_of_size($sizes, $at_most_b, size, nominal_b)
),
counting as (
    select * from measured where type != 'pending'
),
best as (
    select * from counting order by score desc, appeared_on nulls last, model_id limit 1
),
best_before as (
    select max(score) as score from counting where appeared_on <= ($board_end::date - interval 12 month)::date
),
best_small as (
    select * from counting where nominal_b <= 8 order by score desc, appeared_on nulls last, model_id limit 1
)
select
    $dataset as dataset,
    tracked.models,
    tracked.dated,
    tracked.models - tracked.dated as undated,
    best.model_id as best_model_id,
    best.score as best_score,
    best.appeared_on as best_appeared_on,
    if(best.appeared_on is null, null, best.score - best_before.score) as gain,
    ($board_end::date - interval 12 month)::date as year_before,
    $board_end::date as board_end,
    best_small.model_id as small_model_id,
    best_small.score as small_score,
    best_small.parameters_b as small_parameters_b,
from tracked
left join best on true
left join best_before on true
left join best_small on true
order by dataset
