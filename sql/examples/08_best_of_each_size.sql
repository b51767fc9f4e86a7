-- The best score that each size had reached by the end of each quarter
-- grain: quarter, size
-- A running maximum: a window over what was best in each quarter. Choose quarter, best_so_far and size in the chart.
with best as (
    select date_trunc('quarter', appeared_on)::date as quarter, size, max(score) as score
    from marts.models
    where dataset = 'v2' and appeared_on is not null and size != 'unknown'
    group by all
)
select quarter, size, round(score, 2) as best_of_quarter, round(max(score) over (partition by size order by quarter), 2) as best_so_far
from best
order by quarter, size
