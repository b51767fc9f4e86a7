-- Whether the filters that all perspectives share leave a row: first what is chosen, then the row's own columns.
create macro passes_filters(of_dataset, sizes, at_most_b, text_generation, hide_derived, downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded) as
    is_of_size(sizes, at_most_b, size, nominal_b)
    and passes_switches(of_dataset, text_generation, hide_derived, downloaded, is_text_generation, is_derived, is_downloaded)
