-- grain: family, relation, week
-- stored
-- Downloads and likes of the 5,000 families that are used most in the last week, in each week and by relation. A model that descends from several bases counts in the family of each.
with named as (
    select model_key, model_id from core.models
    union all
    select model_key, model_id from core.unknown_parents
),
families as (
    select families.family_key, any_value(named.model_id) as family
    from core.latest_adoption as latest
    join core.families_by_key as families using (model_key)
    join named on named.model_key = families.family_key
    where not starts_with(named.model_id, 'left-out/')
    group by families.family_key
    order by sum(latest.downloads_30d) desc nulls last, family
    limit 5000
),
members as (
    select
        families.family,
        members.model_key,
        if(members.model_key = members.family_key, 'base', models.relation) as relation,
    from core.families_by_key as members
    join families using (family_key)
    join core.models using (model_key)
),
series as (
    select adopted.series_id, members.family, members.relation
    from core.adopted_by_key as adopted
    join members using (model_key)
),
figures as (
    select series.family, series.relation, weeks.week, weeks.is_listed, weeks.downloads_30d, weeks.downloads_all_time, weeks.likes, weeks.gained, weeks.is_spread
    from staging.hub_adoption_weeks as weeks
    join series using (series_id)
    union all
    select members.family, members.relation, latest.week, true, latest.downloads_30d, latest.downloads_all_time, latest.likes, null, false
    from core.latest_adoption as latest
    join members using (model_key)
    where latest.is_from_listing
)
select
    family, /* base that has no base itself */
    relation, /* base: the model itself; of what descends from it, its relation to its bases */
    week, /* Monday on which the week begins, UTC */
    count(*) filter (is_listed)::int as models, /* repositories in the last listing of the week */
    sum(downloads_30d) filter (is_listed)::bigint as downloads_30d, /* their downloads in 30 days, as last listed in the week; NULL in a week without a listing */
    sum(downloads_all_time) filter (is_listed)::bigint as downloads_all_time, /* their downloads of all time; NULL is unknown */
    sum(likes) filter (is_listed)::bigint as likes, /* their likes */
    sum(gained)::bigint as gained, /* new downloads in the week, by the counter of all time; NULL where nothing compares */
    coalesce(bool_or(is_spread), false) as is_spread, /* part of the gain of a gap, which is spread evenly over its days */
from figures
group by family, relation, week
order by family, relation, week
