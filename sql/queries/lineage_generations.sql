-- grain: generation, relation
-- How many models stand on one, by generation and relation, how many of them another stands on in turn, and how far they are used; generation 0 is the model itself.
with root as (
    select model_key from marts.lineage_models where model_id = $root
),
family as (
    select model_key, distance as generation
    from core.lineage_by_key
    where ancestor_key in (from root)
    union all
    select model_key, 0 from root
),
alone as (
    select model_key, owner, appeared_at::date as appeared_on, downloads_30d
    from core.models
    where model_id = $root and model_key not in (from root)
)
select
    family.generation,
    if(family.generation = 0, 'the base itself', models.relation) as relation,
    count(*) as models,
    count(distinct models.owner) as owners,
    count(*) filter (models.children > 0) as parents,
    sum(models.downloads_30d)::bigint as downloads_30d,
    count(models.appeared_on) as dated,
    min(models.appeared_on) as first_on,
    max(models.appeared_on) as last_on,
from family
join marts.lineage_models as models using (model_key)
group by all
union all
select 0, 'the base itself', 1, 1, 0, downloads_30d, if(appeared_on is null, 0, 1), appeared_on, appeared_on
from alone
order by 1, 2
