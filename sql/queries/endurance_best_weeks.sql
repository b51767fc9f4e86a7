-- grain: week
-- In which of its first 26 weeks each launch with at least 1,000 downloads in them had most of these.
with counted as (
    select best_week as week, count(*) as launches
    from marts.launches
    join marts.lifetimes using (series_id)
    where lifetimes.dataset = $dataset
        and lifetimes.appeared_on between $start and $end
        and launches.downloads_26_weeks >= 1000
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, false, size, nominal_b, is_text_generation, is_derived, false)
    group by best_week
)
select
    week,
    launches,
    launches / sum(launches) over () as share,
from counted
order by week
