-- grain: model_id
-- The family of one model: what stands on it, by generation (the declarations between, on the shortest way), as the choices leave it; what the
-- chosen model stands on, always; and, without a generation, the other bases of what is shown.
with root as (
    select model_key from marts.lineage_models where model_id = $root
    union
    select model_key from core.models where model_id = $root
),
chosen as (
    select model_key from marts.lineage_models where model_id = $model
    union
    select model_key from core.models where model_id = $model
),
family as (
    select model_key, distance as generation
    from core.lineage_by_key
    where ancestor_key in (from root)
    union all
    select model_key, 0 from root
),
lines as (
    select ancestor_key as model_key, 'ancestor' as line, distance as steps
    from core.lineage_by_key
    where model_key in (from chosen)
    union all
    select model_key, 'descendant', distance
    from core.lineage_by_key
    where ancestor_key in (from chosen)
    union all
    select model_key, 'chosen', 0 from chosen
),
-- where declarations go round in a circle, a model is both above and below
line as (
    select model_key, arg_min(line, {'steps': steps, 'line': line}) as line, min(steps) as steps
    from lines
    group by model_key
),
passing as (
    select family.model_key
    from family
    join marts.lineage_models as models using (model_key)
    where ($depth::int = 0 or family.generation <= $depth::int)
        and is_chosen($relations, models.relation)
        and coalesce(models.downloads_30d, 0) >= $least::bigint
        and (not $dated or models.appeared_on is null or models.appeared_on between $start and $end)
),
shown as (
    select model_key from passing
    union
    select model_key from root
    union
    select model_key from line where line in ('ancestor', 'chosen')
),
drawn as (
    select model_key from shown
    union
    select base_key as model_key from marts.lineage_edges where model_key in (from passing) and base_key not in (select model_key from family)
),
-- a model without any declared base and without descendants is in no other table of lineage
alone as (
    select
        model_key,
        model_id,
        owner,
        true as is_known,
        appeared_at::date as appeared_on,
        'none declared' as relation,
        relation_rule,
        license,
        license_class,
        architecture,
        nominal_b,
        downloads_30d,
        0 as children,
        0 as descendants,
    from core.models
    where model_id in ($root, $model) and model_key not in (select model_key from marts.lineage_models)
),
models as (
    select
        model_key,
        model_id,
        owner,
        is_known,
        appeared_on,
        relation,
        relation_rule,
        license,
        license_class,
        architecture,
        nominal_b,
        downloads_30d,
        children,
        descendants,
    from marts.lineage_models
    where model_key in (from drawn)
    union all
    from alone
)
select
    family.generation,
    models.model_id,
    models.owner,
    models.relation,
    models.relation_rule,
    models.appeared_on,
    models.downloads_30d,
    models.children,
    models.descendants,
    models.license,
    models.license_class,
    models.architecture,
    models.nominal_b,
    coalesce(line.line, '') as line,
    line.steps,
    models.is_known,
    models.model_key,
from models
left join family using (model_key)
left join line using (model_key)
order by family.generation nulls first, models.downloads_30d desc nulls last, models.model_id
