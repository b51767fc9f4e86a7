-- grain: model_key
-- stored
-- Every model that stands on another or that another stands on, with what a picture of its family shows of it; bases that no source lists, too.
with keys as (
    select base_key as model_key from marts.lineage_edges
    union
    select model_key from marts.lineage_edges
),
upwards as (
    select
        model_key,
        count(*) as bases,
        min(relation_number) as relation_number,
        arg_min(relation_rule, {'relation_number': relation_number, 'relation_rule': relation_rule}) as relation_rule,
    from (
        select
            *,
            case relation when 'merge' then 1 when 'quantized' then 2 when 'adapter' then 3 when 'finetune' then 4 else 5 end as relation_number,
        from marts.lineage_edges
    )
    group by model_key
),
downwards as (
    select base_key as model_key, count(*) as children from marts.lineage_edges group by base_key
),
descended as (
    select ancestor_key as model_key, count(*) as descendants, max(distance) as generations
    from core.lineage_by_key
    group by ancestor_key
)
select
    keys.model_key, /* stands for model_id in this warehouse */
    coalesce(models.model_id, unknown_parents.model_id) as model_id, /* repository */
    coalesce(models.owner, if(contains(unknown_parents.model_id, '/'), split_part(unknown_parents.model_id, '/', 1), 'Hugging Face')) as owner, /* its owner */
    models.model_id is not null as is_known, /* False: a base model that no source lists */
    models.appeared_at::date as appeared_on, /* day on which it appeared, UTC; NULL is undated */
    case
        when models.model_id is null then 'unknown parent'
        when upwards.relation_number = 1 then 'merge'
        when upwards.relation_number = 2 then 'quantized'
        when upwards.relation_number = 3 then 'adapter'
        when upwards.relation_number = 4 then 'finetune'
        when upwards.relation_number = 5 then 'base without relation'
        else 'none declared'
    end as relation, /* to its base models, as marts.lineage_edges has it; unknown parent: no source lists it */
    coalesce(upwards.relation_rule, 'no base model declared') as relation_rule, /* where the relation is from */
    coalesce(models.license, successors.license) as license, /* licence as declared; NULL is none; where no source lists the model, that of its successor under a new owner */
    coalesce(models.license_class, successors.license_class) as license_class, /* its class; NULL where no source lists the model or a successor */
    models.architecture, /* group of architectures; NULL where no source lists the model */
    models.parameters_b, /* parameters, billions; NULL is unknown */
    models.nominal_b, /* size as people call it, billions; NULL is unknown */
    coalesce(nominal_sizes.size, 'unknown') as size, /* size class, billions of parameters */
    models.downloads_30d, /* downloads in the 30 days before the snapshot; NULL is unknown */
    coalesce(upwards.bases, 0)::int as bases, /* base models that it stands on directly */
    coalesce(downwards.children, 0)::int as children, /* models that stand directly on it */
    coalesce(descended.descendants, 0)::int as descendants, /* models that stand on it, directly or through others */
    coalesce(descended.generations, 0)::int as generations, /* of its descendants: the most declarations on a shortest way */
    coalesce(roots.root_key, keys.model_key)::int as family_key, /* base of its family: the nearest ancestor that names no base; itself where it names none */
from keys
left join core.models as models on models.model_key = keys.model_key
left join core.successors as moved on models.model_id is null and moved.model_key = keys.model_key
left join core.models as successors on successors.model_key = moved.successor_key
left join core.unknown_parents as unknown_parents on unknown_parents.model_key = keys.model_key
left join core.nominal_sizes on nominal_sizes.nominal_b = models.nominal_b
left join upwards on upwards.model_key = keys.model_key
left join downwards on downwards.model_key = keys.model_key
left join descended on descended.model_key = keys.model_key
left join core.family_roots as roots on roots.model_key = keys.model_key
order by keys.model_key
