-- grain: model_id
-- Base models that are declared and that no source lists, those with most models that declare them first; what stands on them, directly and in all.
with owners as (
    select owner, count(*) as models from core.models group by owner
),
children as (
    select edges.base_key as model_key, count(distinct models.owner) as owners, sum(models.downloads_30d)::bigint as downloads_30d, min(models.appeared_on) as first_on
    from marts.lineage_edges as edges
    join marts.lineage_models as models on models.model_key = edges.model_key
    where edges.base_key in (select model_key from marts.lineage_models where not is_known)
    group by edges.base_key
)
select
    parents.model_id,
    parents.children,
    children.owners,
    parents.descendants,
    children.downloads_30d,
    children.first_on,
    coalesce(owners.models, 0) as models_of_the_owner,
from marts.lineage_models as parents
join children using (model_key)
left join owners on owners.owner = parents.owner
where not parents.is_known
order by parents.children desc, parents.descendants desc, parents.model_id
limit 100
