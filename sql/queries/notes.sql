-- What a picture stands on under the shared filters: dated in and out of the range, undated, each with its rule, and what each switch hides.
with judged as (
    select
        models,
        appeared_on,
        appeared_rule,
        len($sizes) = 0 or list_contains($sizes, size) as is_of_size,
        $dataset != 'hub' or is_text_generation or not $text_generation as is_of_task,
        $dataset != 'hub' or not is_derived or not $hide_derived as is_original,
        $dataset != 'hub' or is_downloaded or not $downloaded as is_used,
    from marts.models_by_day_type_architecture_and_size
    where dataset = $dataset
),
ruled as (
    select appeared_rule, sum(models)::bigint as models
    from judged
    where is_of_size and is_of_task and is_original and is_used
    group by all
)
select
    sum(models)::bigint as models,
    coalesce(sum(models) filter (is_of_size and is_of_task and is_original and is_used), 0)::bigint as kept,
    coalesce(sum(models) filter (is_of_size and is_of_task and is_original and is_used and appeared_on between $start and $end), 0)::bigint as in_range,
    coalesce(sum(models) filter (is_of_size and is_of_task and is_original and is_used and appeared_on not between $start and $end), 0)::bigint as out_of_range,
    coalesce(sum(models) filter (is_of_size and is_of_task and is_original and is_used and appeared_on is null), 0)::bigint as undated,
    coalesce(sum(models) filter (not is_of_size and is_of_task and is_original and is_used), 0)::bigint as hidden_by_size,
    coalesce(sum(models) filter (is_of_size and not is_of_task and is_original and is_used), 0)::bigint as hidden_by_text_generation,
    coalesce(sum(models) filter (is_of_size and is_of_task and not is_original and is_used), 0)::bigint as hidden_by_derived,
    coalesce(sum(models) filter (is_of_size and is_of_task and is_original and not is_used), 0)::bigint as hidden_by_downloads,
    (select string_agg(format('{:,} {}', ruled.models, ruled.appeared_rule), ', ' order by ruled.models desc, ruled.appeared_rule) from ruled) as rules,
from judged
