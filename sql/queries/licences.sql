-- grain: license_class
-- How many models stand under each class of licence, whenever they appeared, and their downloads in the 30 days before the snapshot; the
-- last share is of the downloads without those of the model that is used most, which stands beside it.
with filtered as (
    select license_class, models, downloads, most_downloads, most_used_key
    from marts.licence_counts
    where dataset = $dataset
        and ($relation = 'all' or relation = $relation)
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
),
counted as (
    select
        license_class,
        sum(models)::bigint as models,
        sum(downloads)::bigint as downloads,
    from filtered
    group by license_class
),
most_used as (
    select filtered.license_class as most_used_class, filtered.most_downloads, models.model_id as most_used
    from filtered
    join core.models on models.model_key = filtered.most_used_key
    where filtered.most_downloads = (select max(most_downloads) from filtered)
    order by models.model_id
    limit 1
)
select
    classes.license_class,
    coalesce(counted.models, 0) as models,
    coalesce(counted.downloads, 0) as downloads,
    coalesce(counted.models, 0) / nullif(sum(counted.models) over (), 0) as share_of_models,
    coalesce(counted.downloads, 0) / nullif(sum(counted.downloads) over (), 0) as share_of_downloads,
    (coalesce(counted.downloads, 0) - if(classes.license_class = most_used_class, most_downloads, 0))
    / nullif(sum(counted.downloads) over () - most_downloads, 0) as share_without_the_most_used,
    most_used,
    most_downloads as most_used_downloads,
from core.licence_classes as classes
left join counted using (license_class)
cross join most_used
order by classes.rank
