-- grain: fact
-- Of how many models a claim is not believed that would draw them elsewhere, or not at all, under the filters; a size only where sizes are chosen or limited.
select fact, count(*) as models
from marts.disputed_models
where dataset = $dataset
    and list_contains($facts, fact)
    and (fact != 'size' or len($sizes) > 0 or $at_most_b is not null)
    and (appeared_on between $start and $end or claimed_on between $start and $end)
    and is_chosen($types, type)
    and (fact = 'size' or is_of_size($sizes, $at_most_b, size, nominal_b))
    and passes_switches($dataset, $text_generation, $hide_derived, $downloaded, is_text_generation, is_derived, is_downloaded)
group by fact
order by fact
