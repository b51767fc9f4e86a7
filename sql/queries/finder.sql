-- grain: model_id
-- The best candidates by the last of the chosen dates, under all choices, best first; of equal scores the smaller model first. A model ties with the best one where
-- the lead is within the spread of repeated evaluations of the best.
with candidates as (
    select * exclude (reason)
    from scored_candidates($dataset, $benchmark, $end, $sizes, $at_most_b, $licenses, $regions, $organisations, $without_merges, $downloads_at_least, $memory_gb, $bits::double, $bases, $doubted)
    where reason is null
),
ranked as (
    select
        *,
        row_number() over (order by score desc, parameters_b nulls last, seen_on, model_id) as place,
        count(*) over () as candidates,
    from candidates
)
select
    place,
    model_id,
    score,
    spread,
    evaluations,
    typical_spread,
    first_value(score) over (order by place) - score as distance,
    place > 1 and coalesce(distance <= first_value(spread) over (order by place), false) as is_tie,
    parameters_b,
    nominal_b,
    parameters_b * $bits::double / 8 as memory_gb,
    if(parameters_b is null, null, 'parameters × ' || $bits || ' bits') as memory_rule,
    license,
    license_class,
    strictest_class,
    coalesce(
        (select looseness from core.licence_classes where license_class = ranked.strictest_class)
        < (select looseness from core.licence_classes where license_class = ranked.license_class),
        false
    ) as has_stricter_ancestor,
    owner,
    region,
    is_of_organisation,
    type,
    is_merge,
    base_model_id,
    bases,
    seen_on,
    seen_rule,
    downloads_30d,
    size_doubt,
    candidates,
from ranked
qualify place <= $most
order by place
