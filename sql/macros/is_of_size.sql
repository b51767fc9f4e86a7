-- Whether a model is of a chosen size: of one of the chosen size classes, and not above an upper limit in billions of parameters.
-- A model without a nominal size is above every limit.
create macro is_of_size(sizes, at_most_b, size, nominal_b) as
    is_chosen(sizes, size)
    and (at_most_b is null or coalesce(nominal_b <= at_most_b, false))
