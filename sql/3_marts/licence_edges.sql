-- grain: dataset, base_key, model_key
-- stored
-- Every pair of a model and its base model with the licences of both, and what became of the base's licence.
with edges as (
    select
        models.dataset,
        declared.base_model_key as base_key,
        models.model_key,
        models.appeared_on,
        coalesce(declared.relation, 'base without relation') as relation,
        if(bases.license_class = 'unknown', null, bases.license) as base_license,
        bases.license_class as base_class,
        if(named.license_class = 'unknown', null, named.license) as license,
        named.license_class,
        base_classes.looseness as base_looseness,
        classes.looseness,
        models.size,
        models.nominal_b,
        models.is_text_generation,
        models.is_derived,
        models.is_downloaded,
        models.downloads_30d,
        dense_rank() over (order by models.model_id, bases.model_id) as place,
    from core.base_models_by_key as declared
    join marts.models using (model_key)
    join core.models as named using (model_key)
    left join core.models as bases on bases.model_key = declared.base_model_key
    left join core.licence_classes as base_classes on base_classes.license_class = bases.license_class
    join core.licence_classes as classes on classes.license_class = named.license_class
)
select
    dataset,
    base_key, /* base model; its name is in core.models, or where no source lists it in core.unknown_parents */
    model_key, /* model that names it */
    appeared_on, /* day on which the model appeared, UTC; NULL is undated */
    relation, /* relation that it declares: finetune, adapter, quantized, merge, or base without relation */
    base_license, /* licence of the base; NULL is none declared, or no word but unknown */
    base_class, /* its class; NULL where no source lists the base */
    license, /* licence of the model; NULL is none declared, or no word but unknown */
    license_class, /* its class */
    case
        when coalesce(base_class, 'unknown') = 'unknown' then 'not comparable'
        when license_class = 'unknown' then 'dropped'
        when license = base_license and license != 'other' then 'kept'
        when license_class = base_class or looseness is null or base_looseness is null then 'other'
        when looseness > base_looseness then 'looser'
        else 'stricter'
    end as outcome, /* kept: the same licence; looser or stricter: of a class that restricts use less or more; other: another one of the same class, or one that has no place in the order; dropped: none declared; not comparable: the base declares none, or no source lists it */
    dense_rank() over (order by base_class, base_license, license_class, license)::int as licence_pair, /* number of the two licences with their classes, for what counts by them */
    size,
    nominal_b,
    is_text_generation,
    is_derived,
    is_downloaded,
    downloads_30d, /* of the model, in the 30 days before the snapshot */
    place::int as place, /* place by the names of the model and of its base; pairs of which no source lists the base share one */
from edges
order by dataset, base_key, model_key
