-- grain: place
-- stored
-- uncompressed: folded_name
-- What the search box finds: owners and families (bases of at least ten models) first, then models; in each kind the most used first. Those who are left out have no row.
with named as (
    select model_key, model_id, owner, parameters_b, coalesce(downloads_30d, 0) as downloads_30d
    from core.models
    where not starts_with(model_id, 'left-out/')
),
scored as (
    select model_key, max_by(score, dataset) as score, max(dataset) as dataset
    from marts.models
    where dataset in ('v1', 'v2') and score is not null
    group by model_key
),
reach as (
    select ancestor_key as model_key, count(*) as models
    from core.lineage_by_key
    group by ancestor_key
    having count(*) >= 10
),
entries as (
    select 'model' as kind, named.model_key, named.model_id as name, 1::bigint as models, named.parameters_b, scored.score, scored.dataset, named.downloads_30d
    from named
    left join scored using (model_key)
    union all
    select 'family', named.model_key, named.model_id, reach.models, named.parameters_b, scored.score, scored.dataset, named.downloads_30d
    from reach
    join named using (model_key)
    left join scored using (model_key)
    union all
    select 'owner', null, owner, count(*), null, null, null, sum(downloads_30d)::bigint
    from named
    group by owner
)
select
    kind, /* model, owner or family */
    model_key, /* stands for the id of the model, or of the base of a family; NULL of an owner */
    if(kind = 'owner', name, null) as owner, /* the owner's name; NULL of others */
    lower(name) as folded_name, /* the id or the owner's name in lower case, as it is searched */
    models, /* models of the owner, or that descend from the base; 1 for a model */
    parameters_b, /* parameters of the model or base, billions; NULL is unknown */
    score, /* mean of the leaderboard's benchmarks, 0..100; NULL without one */
    dataset, /* leaderboard of the score: v2, else v1 */
    downloads_30d, /* downloads in the 30 days before the snapshot, of an owner of all its models */
    row_number() over (order by kind = 'model', downloads_30d desc, score desc nulls last, models desc, kind, name)::int as place, /* reading order */
from entries
order by place
