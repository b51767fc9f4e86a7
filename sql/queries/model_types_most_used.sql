-- grain: model_id
-- The model with most downloads in the 30 days before the snapshot, of those that appeared from "start" to "end" and meet the choices,
-- and the name under which its downloads are stacked; no row where nothing was downloaded.
select
    model_id,
    case $by when 'task' then task when 'library' then library when 'licence' then license_class else type end as name,
    downloads_30d as downloads,
from marts.models
where dataset = $dataset
    and appeared_on between $start and $end
    and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
    and downloads_30d > 0
order by downloads_30d desc, model_id
limit 1
