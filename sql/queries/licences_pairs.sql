-- grain: base_model, model
-- The pairs of models behind the chosen cells of the drift: of the forty pairs of licences with most pairs of models (or downloads, as
-- the weight says), the three whose derivatives have most downloads each, with what the licence of the base asks for where that is judged.
-- `share` is of all pairs (or downloads) of the base's licence, whatever their derivatives declare.
with edges as (
    select
        base_key,
        model_key,
        relation,
        coalesce(base_license, 'none declared') as base_license,
        coalesce(license, 'none declared') as license,
        license_class,
        outcome,
        downloads_30d,
        place as name_place,
    from marts.licence_edges
    where dataset = $dataset
        and appeared_on between $start and $end
        and $relation in ('all', relation)
        and $base_class in ('all', base_class)
        and base_class is not null
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
),
counted as (
    select
        base_license,
        license,
        license_class,
        count(*) as pairs,
        sum(downloads_30d)::bigint as downloads,
        if($weight = 'models', count(*), sum(downloads_30d)) as weight,
        weight / nullif(sum(weight) over (partition by base_license), 0) as share,
    from edges
    group by base_license, license, license_class
),
licences as (
    select base_license, license, license_class, pairs, downloads, weight, share
    from counted
    where $derivative_class in ('all', license_class)
        and (not $changed or base_license != license)
    order by weight desc, base_license, license, license_class
    limit 40
),
placed as (
    select
        edges.*,
        licences.pairs,
        licences.downloads,
        licences.weight,
        licences.share,
        row_number() over (
            partition by base_license, license, license_class order by edges.downloads_30d desc, edges.name_place
        ) as place,
    from edges
    join licences using (base_license, license, license_class)
    qualify place <= 3
),
-- The few names are looked up by their keys.
names as (
    select model_key, model_id
    from core.models
    where model_key in (select base_key from placed union all select model_key from placed)
)
select
    bases.model_id as base_model,
    models.model_id as model,
    placed.relation,
    placed.base_license,
    placed.license,
    placed.outcome,
    placed.downloads_30d,
    placed.pairs,
    placed.downloads,
    placed.share,
    coalesce(same.verdict, whatever.verdict, 'not judged') as verdict,
    coalesce(same.clause, whatever.clause, '') as clause,
    coalesce(same.source, whatever.source, '') as source,
from placed
join names as models on models.model_key = placed.model_key
join names as bases on bases.model_key = placed.base_key
left join core.licence_pairs as same on same.base = placed.base_license and same.derivative = placed.license
left join core.licence_pairs as whatever on whatever.base = placed.base_license and whatever.derivative = 'any'
order by placed.weight desc, placed.base_license, placed.license, placed.license_class, placed.place
