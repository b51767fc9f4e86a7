-- grain: member, age
-- Relative adoption of the named models at 7 to 365 days; where none is named, of the ten most downloaded of those that appeared in the last year of the history.
with newest as (
    select series_id, model_id, appeared_on, max(latest_downloads) as latest_downloads
    from marts.relative_adoption
    where relative_adoption is not null
    group by all
),
selected as (
    select series_id, model_id, latest_downloads
    from newest
    where if(
        len($models) > 0,
        list_contains($models, model_id),
        appeared_on > (select max(day) - 365 from core.adoption_days)
    )
    qualify row_number() over (order by latest_downloads desc, model_id, series_id) <= if(len($models) > 0, 50, 10)
        and row_number() over (partition by model_id order by latest_downloads desc, series_id) = 1
)
select
    relative.model_id as member,
    relative.age,
    relative.relative_adoption,
    relative.downloads,
    relative.median_downloads,
    relative.compared,
    relative.size_class,
    relative.appeared_on,
    relative.latest_downloads,
from marts.relative_adoption as relative
join selected using (series_id)
where relative.relative_adoption is not null
order by selected.latest_downloads desc, member, relative.age
