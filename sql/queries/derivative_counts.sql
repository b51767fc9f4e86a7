-- grain: relation, distance
-- How many models descend from one, by declared relation and by how many declarations lie between (six stands for six or more); in all where both are empty.
select
    models.relation,
    least(lineage.distance, 6) as distance,
    count(*) as models,
    count(distinct models.owner) as owners,
    count(models.appeared_at) as dated,
    min(models.appeared_at)::date as first_on,
    max(models.appeared_at)::date as last_on,
    sum(models.downloads_30d)::bigint as downloads_30d,
from core.lineage_by_key as lineage
join core.models using (model_key)
where lineage.ancestor_key = $model_key
group by grouping sets ((models.relation, least(lineage.distance, 6)), ())
order by relation nulls first, distance
