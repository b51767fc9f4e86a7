-- What each switch of the Hub hides, the other switches as they are: models of the chosen dates and sizes that only this one leaves out.
with judged as (
    select
        models,
        is_text_generation,
        not is_derived as is_original,
        is_downloaded,
        is_text_generation or not $text_generation as is_of_task,
        not is_derived or not $hide_derived as is_kept,
        is_downloaded or not $downloaded as is_used,
    from marts.models_by_day_type_architecture_and_size
    where dataset = $dataset
        and appeared_on between $start and $end
        and (len($sizes) = 0 or list_contains($sizes, size))
)
select
    $dataset as dataset,
    coalesce(sum(models) filter (not is_text_generation and is_kept and is_used), 0)::bigint as text_generation,
    coalesce(sum(models) filter (is_of_task and not is_original and is_used), 0)::bigint as hide_derived,
    coalesce(sum(models) filter (is_of_task and is_kept and not is_downloaded), 0)::bigint as downloaded,
    coalesce(sum(models) filter (is_of_task and is_kept and is_used), 0)::bigint as shown,
    coalesce(sum(models), 0)::bigint as models,
from judged
