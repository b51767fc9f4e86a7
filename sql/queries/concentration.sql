-- grain: is_without_largest
-- How unevenly the latest downloads of a dataset are spread over models, owners, families or regions, with and without its most downloaded
-- model; and what is to be known beside it: that model, all downloads, models of unknown downloads. Nothing where no downloads are known.
with of_models as (
    select is_without_largest, day, members as models, downloads as all_downloads
    from marts.concentration
    where dataset = $dataset and basis = 'listing' and level = 'model'
),
figures as (
    from marts.concentration
    where dataset = $dataset and basis = 'listing' and level = $level
),
largest as (
    select member, share
    from marts.concentration_members
    where dataset = $dataset and basis = 'listing' and level = 'model' and place = 1 and not is_without_largest
)
select
    of_models.is_without_largest,
    of_models.day,
    of_models.models,
    coalesce(figures.members, 0) as members,
    coalesce(figures.used_members, 0) as used_members,
    of_models.all_downloads,
    figures.gini,
    figures.hhi,
    figures.top_1,
    figures.top_4,
    figures.top_10,
    figures.top_100,
    largest.member as largest_model,
    largest.share as largest_share,
    datasets.models - of_models.models - of_models.is_without_largest::int as models_of_unknown_downloads,
from of_models
join marts.datasets on datasets.dataset = $dataset
left join figures using (is_without_largest, day)
left join largest on true
order by of_models.is_without_largest
