-- grain: level, seen_on
-- The smallest candidate that reaches a score, over time: one row for each day on which a smaller one than before appeared, for five round scores up to the best.
-- Of the days before the chosen dates the last, with is_before.
with candidates as (
    select * exclude (reason)
    from scored_candidates($dataset, $benchmark, $end, $sizes, $at_most_b, $licenses, $regions, $organisations, $without_merges, $downloads_at_least, $memory_gb, $bits::double, $bases, $doubted)
    where reason is null and parameters_b > 0
),
best as (
    select max(score) as score, if(max(score) >= 25, 10, if(max(score) >= 10, 5, 1)) as step from candidates
),
levels as (
    select step * (floor(score / step) - n) as level
    from best
    cross join (select unnest(generate_series(0, 4)) as n)
    where floor(score / step) > n
),
smallest as (
    select levels.level, candidates.seen_on, arg_min(candidates, (candidates.parameters_b, candidates.model_id)) as model
    from levels
    join candidates on candidates.score >= levels.level
    group by all
),
records as (
    select level, seen_on, model, seen_on < $start as is_before
    from smallest
    qualify model.parameters_b < coalesce(
        min(model.parameters_b) over (partition by level order by seen_on rows between unbounded preceding and 1 preceding), 'inf'::double
    )
)
select
    level,
    seen_on,
    model.model_id as model_id,
    model.score as score,
    model.parameters_b as parameters_b,
    model.license_class as license_class,
    model.type as type,
    model.seen_rule as seen_rule,
    is_before,
from records
qualify not is_before or row_number() over (partition by level, is_before order by seen_on desc) = 1
order by level, seen_on
