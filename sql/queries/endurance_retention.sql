-- grain: released_in, months_since
-- Releases by the month of their day and the months since: how many could be read, and how many of them are still in use, by the chosen threshold.
with counted as (
    select
        released_in,
        months_since,
        bool_and(is_complete) as is_complete,
        sum(releases)::bigint as releases,
        sum(case $threshold when 'tenth' then above_a_tenth when 'any' then downloaded else derived_from end)::bigint as still_in_use,
    from marts.retention
    where dataset = $dataset
        and released_in between date_trunc('month', $start::date) and $end
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, false, size, nominal_b, is_text_generation, is_derived, false)
    group by released_in, months_since
)
select
    released_in,
    months_since,
    releases,
    still_in_use,
    still_in_use / releases as share,
    max(releases) over (partition by released_in) as cohort,
    is_complete and releases = max(releases) over (partition by released_in) as is_complete,
from counted
order by released_in, months_since
