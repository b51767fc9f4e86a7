-- grain: fact
-- Of how many models a claim is not believed that would draw them elsewhere, or not at all, under the filters; a size only where sizes are chosen.
select fact, count(*) as models
from marts.disputed_models
where dataset = $dataset
    and list_contains($facts, fact)
    and (fact != 'size' or len($sizes) > 0)
    and (appeared_on between $start and $end or claimed_on between $start and $end)
    and (len($types) = 0 or list_contains($types, type))
    and (len($sizes) = 0 or fact = 'size' or list_contains($sizes, size))
    and (
        $dataset != 'hub'
        or (
            (is_text_generation or not $text_generation)
            and (not is_derived or not $hide_derived)
            and (is_downloaded or not $downloaded)
        )
    )
group by fact
order by fact
