-- grain: seen_by, model_id
-- The frontier of score against size on the first and on the last of the chosen dates: each candidate of then that scores more than every smaller one.
with candidates as (
    select * exclude (reason)
    from scored_candidates($dataset, $benchmark, $end, $sizes, $at_most_b, $licenses, $regions, $organisations, $without_merges, $downloads_at_least, $memory_gb, $bits::double, $bases, $doubted)
    where reason is null and parameters_b > 0
),
dates as (
    select unnest(list_distinct([$start::date, $end::date])) as seen_by
),
corners as (
    select dates.seen_by, candidates.*
    from candidates
    join dates on candidates.seen_on <= dates.seen_by
    qualify score > coalesce(
        max(score) over (partition by dates.seen_by order by parameters_b, score desc, seen_on, model_id rows between unbounded preceding and 1 preceding), -1
    )
)
select
    seen_by,
    model_id,
    score,
    spread,
    evaluations,
    parameters_b,
    nominal_b,
    license,
    license_class,
    type,
    is_merge,
    seen_on,
    size_doubt,
    (select max(parameters_b) from candidates) as largest_b,
from corners
order by seen_by, parameters_b, model_id
