-- grain: model_key
-- stored
-- Base models that are declared and that no source lists, and what stands on them.
with owners as (
    select owner, count(*) as models from core.models group by owner
),
children as (
    select
        edges.base_key as model_key,
        count(distinct models.owner) as owners,
        sum(models.downloads_30d)::bigint as downloads_30d,
        min(models.appeared_on) as first_on,
    from marts.lineage_edges as edges
    join marts.lineage_models as models on models.model_key = edges.model_key
    group by edges.base_key
)
select
    parents.model_key,
    parents.model_id, /* as it is declared most often */
    parents.owner, /* owner in that name */
    parents.children, /* models that declare it as their base */
    children.owners, /* their owners */
    parents.descendants,
    children.downloads_30d, /* of those that declare it, in the 30 days before the snapshot; NULL is unknown */
    children.first_on, /* day on which the first of them appeared, UTC; NULL is undated */
    coalesce(owners.models, 0) as models_of_the_owner, /* repositories of the owner that a source lists; 0: the name may be free */
from marts.lineage_models as parents
join children using (model_key)
left join owners on owners.owner = parents.owner
where not parents.is_known
order by parents.children desc, parents.descendants desc, parents.model_id
