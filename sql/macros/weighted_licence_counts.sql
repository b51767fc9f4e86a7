-- The counts of models that appeared in the dates, of the chosen relation and under the filters that all perspectives share, with their
-- weight: models, or their downloads in the 30 days before the snapshot.
create macro weighted_licence_counts(of_dataset, first_day, last_day, chosen_relation, sizes, at_most_b, text_generation, hide_derived, downloaded, counting) as table
    select
        appeared_on,
        license_class,
        relation,
        access,
        has_open_weights,
        has_open_license,
        has_training_data,
        has_paper,
        has_known_base,
        openness,
        known_parts,
        models,
        downloads,
        if(counting = 'models', models, downloads) as weight,
    from marts.licence_counts
    where dataset = of_dataset
        and appeared_on between first_day and last_day
        and (chosen_relation = 'all' or relation = chosen_relation)
        and passes_filters(of_dataset, sizes, at_most_b, text_generation, hide_derived, downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
