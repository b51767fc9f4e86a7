-- grain: fact
-- Of how many models a claim is not believed that would draw them elsewhere, or not at all, under the filters; a size only where sizes are chosen.
select fact, count(*) as models
from marts.disputed_models
where dataset = $dataset
    and list_contains($facts, fact)
    and (fact != 'size' or len($sizes) > 0)
    and (appeared_on between $start and $end or claimed_on between $start and $end)
    and is_chosen($types, type)
    and (fact = 'size' or is_chosen($sizes, size))
    and passes_switches($dataset, $text_generation, $hide_derived, $downloaded, is_text_generation, is_derived, is_downloaded)
group by fact
order by fact
