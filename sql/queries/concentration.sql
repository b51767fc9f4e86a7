-- grain: is_without_largest
-- How unevenly the latest downloads of a dataset are spread over models, owners, families or regions, with and without its most downloaded
-- model; and what is to be known beside it: that model, downloads of owners whom nobody reviewed, models of unknown downloads.
with figures as (
    from marts.concentration
    where dataset = $dataset and level = $level
    qualify day = max(day) over ()
),
largest as (
    select member, share
    from marts.concentration_members
    where dataset = $dataset and level = 'model' and place = 1 and not is_without_largest
    qualify day = max(day) over ()
),
counted as (
    select models
    from marts.datasets
    where dataset = $dataset
),
compared as (
    select members as models, downloads as all_downloads, is_without_largest
    from marts.concentration
    where dataset = $dataset and level = 'model'
    qualify day = max(day) over ()
)
select
    figures.is_without_largest,
    figures.day,
    figures.members,
    figures.used_members,
    figures.downloads,
    figures.gini,
    figures.hhi,
    figures.top_1,
    figures.top_4,
    figures.top_10,
    figures.top_100,
    compared.all_downloads,
    largest.member as largest_model,
    largest.share as largest_share,
    counted.models - (compared.models + figures.is_without_largest::int) as models_of_unknown_downloads,
from figures
join compared using (is_without_largest)
cross join counted
left join largest on true
order by figures.is_without_largest
