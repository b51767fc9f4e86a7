-- grain: dataset, view, figure, rule
-- scratch
-- Headline figures of lineage: how many models stand on the base that most models stand on, and which part of the family's downloads these have, under each rule; the same whichever dataset is chosen.
with rules as (
    select rule from core.headline_rules where rule in ('default', 'merges-out', 'floor-out')
),
flags as (
    select model_key, is_merge, appeared_rule in ('undated: createdAt floor', 'undated: upload floor') as is_of_floor from core.models
),
members as (
    select roots.model_key as root_key, roots.model_id as root_id, lineage.model_key, coalesce(flags.is_merge, false) as is_merge, coalesce(flags.is_of_floor, false) as is_of_floor
    from marts.lineage_models as roots
    join core.lineage_by_key as lineage on lineage.ancestor_key = roots.model_key
    left join flags on flags.model_key = lineage.model_key
    where roots.is_known and roots.bases = 0
),
counted as (
    select root_key, root_id, is_merge, is_of_floor, count(*) as models
    from members
    group by root_key, root_id, is_merge, is_of_floor
),
totals as (
    select
        rules.rule,
        counted.root_key,
        counted.root_id,
        sum(counted.models)::bigint as models,
    from counted
    join flags on flags.model_key = counted.root_key
    cross join rules
    where not (rules.rule = 'merges-out' and (counted.is_merge or flags.is_merge))
        and not (rules.rule = 'floor-out' and (counted.is_of_floor or flags.is_of_floor))
    group by rules.rule, counted.root_key, counted.root_id
),
largest as (
    select rule, root_key, root_id, models
    from totals
    qualify row_number() over (partition by rule order by models desc, root_id) = 1
),
used as (
    select
        largest.rule,
        largest.root_id,
        largest.models,
        roots.downloads_30d as of_root,
        sum(models.downloads_30d) as of_descendants,
        max(models.downloads_30d) as most,
        arg_min(models.model_id, struct_pack(loss := -models.downloads_30d, model_id := models.model_id)) filter (models.downloads_30d is not null) as most_used,
    from largest
    join members on members.root_key = largest.root_key
    join marts.lineage_models as models on models.model_key = members.model_key
    join marts.lineage_models as roots on roots.model_key = largest.root_key
    where not (largest.rule = 'merges-out' and members.is_merge)
        and not (largest.rule = 'floor-out' and members.is_of_floor)
    group by largest.rule, largest.root_id, largest.models, roots.downloads_30d
),
-- the most downloaded of those that stand on the base is left out
shares as (
    select rule, root_id, models, coalesce(of_root, 0) as of_root, coalesce(of_descendants, 0) as of_descendants, most_used from used
    union all
    select 'largest-out', root_id, models - 1, coalesce(of_root, 0), of_descendants - most, null from used where rule = 'default' and most > 0
)
select datasets.dataset, 'lineage' as view, 'family' as figure, used.rule, used.models::double as value, used.models as n, used.root_id as name, [used.root_id] as holders
from used
cross join marts.datasets
union all
select
    datasets.dataset,
    'lineage',
    'family-use',
    shares.rule,
    100.0 * shares.of_descendants / (shares.of_root + shares.of_descendants),
    shares.models,
    shares.root_id,
    case shares.rule when 'default' then [shares.most_used] when 'largest-out' then [] end,
from shares
cross join marts.datasets
where shares.of_root + shares.of_descendants > 0
