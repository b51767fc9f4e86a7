-- grain: dataset, base_key, model_key
-- stored
-- Every pair of a model and its base model with the licences of both, and what became of the base's licence.
with edges as (
    select
        models.dataset,
        declared.base_model_key as base_key,
        models.model_key,
        models.appeared_on,
        coalesce(declared.relation, stated.relation, 'base without relation') as relation,
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
        named.model_id,
        coalesce(declared_bases.model_id, unknown_parents.model_id) as base_id,
    from core.base_models_by_key as declared
    join marts.models using (model_key)
    join core.models as named using (model_key)
    left join core.stated_relations as stated on stated.model_key = declared.model_key
    left join core.successors as moved on moved.model_key = declared.base_model_key
    left join core.models as declared_bases on declared_bases.model_key = declared.base_model_key
    left join core.models as bases on bases.model_key = coalesce(declared_bases.model_key, moved.successor_key)
    left join core.unknown_parents on declared_bases.model_key is null and unknown_parents.model_key = declared.base_model_key
    left join core.licence_classes as base_classes on base_classes.license_class = bases.license_class
    join core.licence_classes as classes on classes.license_class = named.license_class
),
licences as (
    select *, row_number() over (order by base_class, base_license, license_class, license)::int as licence_pair
    from (select distinct base_class, base_license, license_class, license from edges)
)
select
    row_number() over (order by edges.dataset, licences.licence_pair, edges.downloads_30d desc nulls last, edges.model_id, edges.base_id)::int as place, /* order of the rows: by dataset and pair of licences, in it by downloads of the model, ties by names */
    edges.dataset,
    edges.base_key, /* base model; its name is in core.models, or where no source lists it in core.unknown_parents */
    edges.model_key, /* model that names it */
    edges.appeared_on, /* day on which the model appeared, UTC; NULL is undated */
    edges.relation, /* relation that it declares, or that its tags, library or name say: finetune, adapter, quantized, merge, or base without relation */
    edges.base_license, /* licence of the base, or of its successor under a new owner; NULL is none declared, or no word but unknown */
    edges.base_class, /* its class; NULL where no source lists the base */
    edges.license, /* licence of the model; NULL is none declared, or no word but unknown */
    edges.license_class, /* its class */
    case
        when coalesce(edges.base_class, 'unknown') = 'unknown' then 'not comparable'
        when edges.license_class = 'unknown' then 'dropped'
        when edges.license = edges.base_license and edges.license != 'other' then 'kept'
        when edges.license_class = edges.base_class or edges.looseness is null or edges.base_looseness is null then 'other'
        when edges.looseness > edges.base_looseness then 'looser'
        else 'stricter'
    end as outcome, /* kept: the same licence; looser or stricter: of a class that restricts use less or more; other: another one of the same class, or one that has no place in the order; dropped: none declared; not comparable: the base declares none, or no source lists it */
    licences.licence_pair, /* number of the two licences with their classes, for what counts by them */
    edges.size,
    edges.nominal_b,
    edges.is_text_generation,
    edges.is_derived,
    edges.is_downloaded,
    edges.downloads_30d, /* of the model, in the 30 days before the snapshot */
from edges
join licences
    on licences.license_class = edges.license_class
    and licences.base_class is not distinct from edges.base_class
    and licences.base_license is not distinct from edges.base_license
    and licences.license is not distinct from edges.license
order by place
