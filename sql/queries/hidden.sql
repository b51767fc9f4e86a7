-- grain: dataset
-- What the filters hide of all models of the dataset, dated or not, each taken alone, the others as they are; a switch that is off says what it would hide.
-- Where those that they leave lie: in the chosen dates, before, after, or undated; of the undated, those that existed before any date.
with counted as (
    select
        size,
        nominal_b,
        is_text_generation,
        is_derived,
        is_downloaded,
        case
            when appeared_rule in ('undated: createdAt floor', 'undated: upload floor') then 'existed before'
            when appeared_on is null then 'undated'
            when appeared_on < $start then 'before'
            when appeared_on > $end then 'after'
            else 'in range'
        end as period,
        sum(models) as models,
    from marts.model_counts_by_type
    where dataset = $dataset
    group by all
),
classified as (
    select
        models,
        period,
        is_of_size($sizes, $at_most_b, size, nominal_b) as is_of_size,
        passes_switches($dataset, true, false, false, is_text_generation, is_derived, is_downloaded) as generates_text,
        passes_switches($dataset, false, true, false, is_text_generation, is_derived, is_downloaded) as is_original,
        passes_switches($dataset, false, false, true, is_text_generation, is_derived, is_downloaded) as is_used,
        generates_text or not $text_generation as is_of_task,
        is_original or not $hide_derived as is_kept,
        is_used or not $downloaded as is_popular,
        is_of_size and is_of_task and is_kept and is_popular as is_remaining,
    from counted
)
select
    $dataset as dataset,
    coalesce(sum(models) filter (not is_of_size and is_of_task and is_kept and is_popular), 0)::bigint as sizes,
    coalesce(sum(models) filter (is_of_size and not generates_text and is_kept and is_popular), 0)::bigint as text_generation,
    coalesce(sum(models) filter (is_of_size and is_of_task and not is_original and is_popular), 0)::bigint as hide_derived,
    coalesce(sum(models) filter (is_of_size and is_of_task and is_kept and not is_used), 0)::bigint as downloaded,
    coalesce(sum(models) filter (is_remaining), 0)::bigint as remaining,
    coalesce(sum(models) filter (is_remaining and period = 'in range'), 0)::bigint as in_range,
    coalesce(sum(models) filter (is_remaining and period = 'before'), 0)::bigint as before,
    coalesce(sum(models) filter (is_remaining and period = 'after'), 0)::bigint as after,
    coalesce(sum(models) filter (is_remaining and period in ('undated', 'existed before')), 0)::bigint as undated,
    coalesce(sum(models) filter (is_remaining and period = 'existed before'), 0)::bigint as existed_before,
    coalesce(sum(models), 0)::bigint as models,
from classified
