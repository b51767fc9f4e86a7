-- grain: level, relation, architecture, period
-- What one owner has: in all, by relation, by architecture, and by the month in which the models appeared.
select
    relation,
    architecture,
    date_trunc('month', appeared_at)::date as period,
    grouping(relation, architecture, date_trunc('month', appeared_at)::date) as level,
    count(*) as models,
    count(appeared_at) as dated,
    count(*) filter (is_listed) as listed,
    min(appeared_at)::date as first_on,
    max(appeared_at)::date as last_on,
    sum(downloads_30d)::bigint as downloads_30d,
    sum(likes)::bigint as likes,
    count(license) as licensed,
    count(parameters_b) as sized,
from core.models
where owner = $owner
group by grouping sets ((relation), (architecture), (relation, date_trunc('month', appeared_at)::date), ())
order by level, models desc, relation, architecture, period
