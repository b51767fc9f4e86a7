-- grain: aspect, base_value, model_value, outcome
-- What differs between a model of one family and each base of the family that it stands on directly: class of licence, architecture, size.
-- A size is the same within 0.8 to 1.25 of the base's parameters; a quantized copy has its base's.
with root as (
    select model_key from marts.lineage_models where model_id = $root
),
family as (
    select model_key from core.lineage_by_key where ancestor_key in (from root)
    union
    from root
),
pairs as (
    select
        bases.license_class as base_class,
        models.license_class,
        bases.architecture as base_architecture,
        models.architecture,
        bases.size as base_size,
        models.size,
        models.parameters_b / bases.parameters_b as growth,
    from marts.lineage_edges as edges
    join marts.lineage_models as models on models.model_key = edges.model_key
    join marts.lineage_models as bases on bases.model_key = edges.base_key
    where edges.model_key in (from family) and edges.base_key in (from family)
),
compared as (
    select
        'licence' as aspect,
        coalesce(pairs.base_class, 'unknown') as base_value,
        coalesce(pairs.license_class, 'unknown') as model_value,
        case
            when base_value = 'unknown' or model_value = 'unknown' then 'one or both not known'
            when base_value = model_value then 'same'
            when classes.looseness > base_classes.looseness then 'looser'
            when classes.looseness < base_classes.looseness then 'stricter'
            else 'another'
        end as outcome,
    from pairs
    left join core.licence_classes as base_classes on base_classes.license_class = pairs.base_class
    left join core.licence_classes as classes on classes.license_class = pairs.license_class
    union all
    select
        'architecture',
        coalesce(base_architecture, 'Unknown'),
        coalesce(architecture, 'Unknown'),
        case
            when coalesce(base_architecture, 'Unknown') = 'Unknown' or coalesce(architecture, 'Unknown') = 'Unknown' then 'one or both not known'
            when base_architecture = architecture then 'same'
            else 'another'
        end,
    from pairs
    union all
    select
        'size',
        base_size,
        size,
        case
            when growth between 0.8 and 1.25 then 'same'
            when growth > 1.25 then 'larger'
            when growth < 0.8 then 'smaller'
            else 'one or both not known'
        end,
    from pairs
)
select aspect, base_value, model_value, outcome, count(*) as pairs
from compared
group by all
order by aspect, pairs desc, base_value, model_value, outcome
