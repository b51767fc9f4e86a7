-- What the filters hide of the models that appeared in the chosen dates, each taken alone, the others as they are; a switch that is off says what it would hide.
with counted as (
    select
        size,
        is_text_generation,
        is_derived,
        is_downloaded,
        sum(models) as models,
    from marts.models_by_day_type_architecture_and_size
    where dataset = $dataset
        and appeared_on between $start and $end
    group by all
),
judged as (
    select
        models,
        len($sizes) = 0 or list_contains($sizes, size) as is_of_size,
        $dataset != 'hub' or is_text_generation as generates_text,
        $dataset != 'hub' or not is_derived as is_original,
        $dataset != 'hub' or is_downloaded as is_used,
        generates_text or not $text_generation as is_of_task,
        is_original or not $hide_derived as is_kept,
        is_used or not $downloaded as is_popular,
    from counted
)
select
    $dataset as dataset,
    coalesce(sum(models) filter (not is_of_size and is_of_task and is_kept and is_popular), 0)::bigint as sizes,
    coalesce(sum(models) filter (is_of_size and not generates_text and is_kept and is_popular), 0)::bigint as text_generation,
    coalesce(sum(models) filter (is_of_size and is_of_task and not is_original and is_popular), 0)::bigint as hide_derived,
    coalesce(sum(models) filter (is_of_size and is_of_task and is_kept and not is_used), 0)::bigint as downloaded,
    coalesce(sum(models) filter (is_of_size and is_of_task and is_kept and is_popular), 0)::bigint as shown,
    coalesce(sum(models), 0)::bigint as models,
from judged
