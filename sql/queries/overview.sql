-- grain: dataset
-- What the tiles of the overview say, in one row. A pending result of an official benchmark is nobody's best. The best models come from the dataset itself where it has scores, else from the newest leaderboard, and stand on every score until its
-- last day. The quarter is the last thirteen complete weeks that neither still fill nor miss late submissions, the one before it is compared.
with about as (
    select
        dataset,
        least($end::date + 1, date_trunc('day', as_of)::date) as complete_until,
        settled_on + 1 as settled_until,
    from marts.datasets
    where dataset = $dataset
),
quarter as (
    select date_trunc('week', least(complete_until, coalesce(settled_until, complete_until)))::date as quarter_end from about
),
filtered as (
    select appeared_on, architecture, models
    from marts.model_counts_by_architecture
    where dataset = $dataset
        and passes_filters($dataset, $sizes, $text_generation, $hide_derived, $downloaded, size, is_text_generation, is_derived, is_downloaded)
),
tracked as (
    select
        coalesce(sum(models), 0)::bigint as models,
        coalesce(sum(models) filter (appeared_on is not null), 0)::bigint as dated,
    from filtered
),
shares as (
    select
        architecture,
        architecture not in ('Other', 'Unknown') as has_name,
        coalesce(sum(models) filter (appeared_on >= quarter_end - 91), 0)::bigint as models,
        coalesce(sum(models) filter (appeared_on < quarter_end - 91), 0)::bigint as models_before,
        sum(sum(models) filter (appeared_on >= quarter_end - 91)) over () as total,
        sum(sum(models) filter (appeared_on < quarter_end - 91)) over () as total_before,
    from filtered
    cross join quarter
    where appeared_on >= quarter_end - 182 and appeared_on < quarter_end
    group by all
),
leading_architecture as (
    select *
    from shares
    where has_name and models > 0
    order by models desc, architecture
    limit 1
),
measured as (
    select model_id, score, small_model_id, small_score, small_parameters_b, appeared_on, type
    from marts.best_scores_by_day_type_and_size
    where dataset = $board
        and benchmark = $score
        and (appeared_on is null or appeared_on <= $board_end)
        and is_chosen($sizes, size)
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
    select * from counting where small_score is not null order by small_score desc, appeared_on nulls last, small_model_id limit 1
)
select
    about.dataset,
    tracked.models,
    tracked.dated,
    tracked.models - tracked.dated as undated,
    quarter.quarter_end - 91 as quarter_start,
    quarter.quarter_end - 1 as quarter_end,
    leading_architecture.architecture,
    leading_architecture.models / leading_architecture.total as share,
    leading_architecture.models_before / nullif(leading_architecture.total_before, 0) as share_before,
    leading_architecture.total::bigint as quarter_models,
    best.model_id as best_model_id,
    best.score as best_score,
    best.appeared_on as best_appeared_on,
    if(best.appeared_on is null, null, best.score - best_before.score) as gain,
    ($board_end::date - interval 12 month)::date as year_before,
    $board_end::date as board_end,
    best_small.small_model_id,
    best_small.small_score,
    best_small.small_parameters_b,
from about
cross join tracked
cross join quarter
left join leading_architecture on true
left join best on true
left join best_before on true
left join best_small on true
order by about.dataset
