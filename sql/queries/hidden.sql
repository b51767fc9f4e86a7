-- grain: dataset
-- How many models of the chosen dates and sizes each switch of the Hub hides.
select
    $dataset as dataset,
    coalesce(sum(models) filter (not is_text_generation), 0)::bigint as text_generation,
    coalesce(sum(models) filter (is_derived), 0)::bigint as hide_derived,
    coalesce(sum(models) filter (not is_downloaded), 0)::bigint as downloaded
from marts.models_by_day_type_architecture_and_size
where dataset = $dataset
    and appeared_on between $start and $end
    and (len($sizes) = 0 or size in (select unnest($sizes)))
