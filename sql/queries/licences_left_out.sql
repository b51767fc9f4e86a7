-- grain: dataset
-- Of the models that appeared in the dates: of how many it is not known whether their weights are open, whether they declare training data or
-- a paper (no listing and no details hold them), a base, or a licence; and how many pairs name a base model
-- that no source lists. Of all models of the dataset, whenever they appeared: of how many the downloads are known; on the Hub, how many of the
-- whole listing lack them.
with unknowns as (
    select
        coalesce(sum(models) filter (has_open_weights is null), 0)::bigint as models_of_unknown_access,
        coalesce(sum(models) filter (has_training_data is null), 0)::bigint as models_of_unknown_data,
        coalesce(sum(models) filter (has_known_base is null and relation = 'none declared'), 0)::bigint as models_of_unknown_base,
        coalesce(sum(models) filter (has_open_license is null), 0)::bigint as models_of_unknown_license,
    from marts.licence_counts
    where dataset = $dataset
        and appeared_on between $start and $end
        and ($relation = 'all' or relation = $relation)
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
)
select
    $dataset as dataset,
    unknowns.*,
    (
        select count(*)
        from marts.licence_edges
        where dataset = $dataset
            and appeared_on between $start and $end
            and ($relation = 'all' or relation = $relation)
            and base_class is null
            and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
    ) as pairs_without_a_listed_base,
    (
        select count(*)
        from marts.models
        join core.models as named using (model_key)
        where dataset = $dataset
            and $dataset != 'hub' -- one join of a leaderboard's few thousand models, and none of the Hub's millions
            and ($relation = 'all' or models.relation = $relation)
            and named.downloads_30d is not null
            and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, models.nominal_b, is_text_generation, is_derived, is_downloaded)
    ) as board_models_of_known_downloads,
    (
        select count(*)
        from core.models
        where $dataset = 'hub' and is_listed and downloads_30d is null
    ) as listed_models_of_unknown_downloads,
from unknowns
