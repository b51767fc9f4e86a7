-- grain: dataset, level, member_key
-- scratch
-- Downloads of every model, owner, family and region of a dataset, with and without those of the dataset's most downloaded model. The first of
-- its models stands for an owner or a region.
with counted as (
    select dataset, 'model' as level, model_key as member_key, 1 as models, downloads, if(is_largest, 1, 0) as largest_models, if(is_largest, downloads, 0) as largest_downloads, true as is_compared
    from core.used_models
    union all
    select dataset, 'owner', min(model_key), count(*), sum(downloads), sum(if(is_largest, 1, 0)), sum(if(is_largest, downloads, 0)), true
    from core.used_models
    group by dataset, owner
    union all
    select dataset, 'family', family_key, count(*), sum(downloads), sum(if(is_largest, 1, 0)), sum(if(is_largest, downloads, 0)), true
    from core.used_models
    group by dataset, family_key
    union all
    select dataset, 'region', min(model_key), count(*), sum(downloads), sum(if(is_largest, 1, 0)), sum(if(is_largest, downloads, 0)), region != 'not reviewed'
    from core.used_models
    group by dataset, region
)
select
    dataset,
    level,
    member_key,
    models::bigint as models,
    downloads::bigint as downloads,
    (models - largest_models)::bigint as other_models,
    (downloads - largest_downloads)::bigint as other_downloads,
    is_compared, /* owners whom nobody reviewed are no region, and not compared with any */
from counted
