-- grain: series_id
-- Every repository in the history of adoption, through all its names, and what it gained; core.adopted names it.
with series as (
    select series_id, min(model_id) as model_id, min(model_id) != max(model_id) as is_renamed, min(day) as first_on
    from staging.hub_adoption
    where model_id is not null
    group by series_id
),
renamed as (
    select series_id, arg_max(model_id, {'last_on': last_on, 'model_id': model_id}) as model_id, count(*)::int as names
    from (
        select series_id, model_id, max(day) as last_on
        from staging.hub_adoption
        where model_id is not null and series_id in (select series_id from series where is_renamed)
        group by series_id, model_id
    )
    group by series_id
),
named as (
    select series_id, coalesce(renamed.model_id, series.model_id) as model_id, coalesce(renamed.names, 1) as names, first_on
    from series
    left join renamed using (series_id)
),
absences as (
    select series_id, max(day) as gone_on
    from staging.hub_adoption
    where change = 'gone'
    group by series_id
),
most_used as (
    select series_id from core.adoption_sums order by most_downloads_30d desc nulls last, series_id limit 50000
)
select
    named.series_id, /* one repository through all its names */
    repositories.model_key, /* stands for its name on the last kept day that has it, if core.models has that */
    if(repositories.model_key is null, named.model_id, null) as unlisted_id, /* that name, if core.models does not have it */
    named.names, /* names that it has had */
    named.first_on, /* first kept day that has it */
    coalesce(sums.is_listed, false) as is_listed, /* in the last full listing that is kept */
    if(sums.is_listed, null, absences.gone_on) as gone_on, /* first kept day of its present absence */
    sums.gained_30d, /* new downloads in the last 30 days, by the kept all-time figures; NULL where none of them moved or compares */
    sums.gained_90d, /* the same in the last 90 days */
    coalesce(sums.rollbacks_90d, 0) as rollbacks_90d, /* kept days of these on which its all-time downloads decreased */
    named.series_id in (select series_id from most_used) or coalesce(repositories.model_key in (select model_key from core.evaluations_by_key), false) as is_daily, /* day by day in core.adoption: on a leaderboard, or among the 50,000 with most downloads */
from named
left join core.adoption_sums as sums using (series_id)
left join absences using (series_id)
left join core.repositories using (model_id)
order by named.series_id
