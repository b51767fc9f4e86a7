-- grain: reason
-- How many models with this score are no candidates, by the first reason: pending, later, hidden by the choices, of unknown downloads where these are chosen, of doubted size, the same scores as an earlier one.
select
    coalesce(reason, 'candidate') as reason,
    count(*) as models,
    count(*) filter (parameters_b is null) as unsized,
    count(*) filter (seen_on is null) as undated,
from scored_candidates($dataset, $benchmark, $end, $sizes, $at_most_b, $licenses, $regions, $organisations, $without_merges, $downloads_at_least, $memory_gb, $bits::double, $bases, $doubted)
group by all
order by reason
