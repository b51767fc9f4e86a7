-- Whether a value is among the chosen ones; where none is chosen, every value is.
create macro is_chosen(chosen, candidate) as
    len(chosen) = 0 or list_contains(chosen, candidate)
