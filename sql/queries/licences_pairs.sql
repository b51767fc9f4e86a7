-- grain: base_model, model
-- The pairs of models behind the chosen cells of the drift: of the forty pairs of licences with most pairs of models (or downloads, as
-- the weight says), the three whose derivatives have most downloads each, with what the licence of the base asks for where that is judged.
-- `share` is of all pairs (or downloads) of the base's licence, whatever their derivatives declare.
with edges as (
    select place, licence_pair, downloads_30d
    from marts.licence_edges
    where dataset = $dataset
        and appeared_on between $start and $end
        and ($relation = 'all' or relation = $relation)
        and ($base_class = 'all' or base_class = $base_class)
        and base_class is not null
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
),
counted as (
    select
        licence_pair,
        count(*) as pairs,
        sum(downloads_30d)::bigint as downloads,
        if($weight = 'models', count(*), sum(downloads_30d)) as weight,
        min(place, 3) as places,
    from edges
    group by licence_pair
),
licences as (
    select
        counted.*,
        coalesce(changes.base_license, 'none declared') as base_license,
        coalesce(changes.license, 'none declared') as license,
        changes.license_class,
        changes.outcome,
        counted.weight / nullif(sum(counted.weight) over (partition by changes.base_class, changes.base_license), 0) as share,
    from counted
    join marts.licence_changes as changes using (licence_pair)
),
chosen as (
    select *
    from licences
    where $derivative_class in ('all', license_class)
        and $outcome in ('all', outcome)
        and (not $changed or $outcome = 'kept' or base_license != license)
    order by weight desc, base_license, license, licence_pair
    limit 40
),
most_used as (
    select edges.place, edges.licence_pair, edges.base_key, edges.model_key, edges.relation, edges.downloads_30d
    from (select unnest(places) as place from chosen) as places
    join marts.licence_edges as edges using (place)
),
names as (
    select model_key, model_id
    from core.models
    semi join (select model_key from most_used union select base_key from most_used) as named using (model_key)
),
placed as (
    select most_used.*, models.model_id as model, bases.model_id as base_model
    from most_used
    join names as models using (model_key)
    join names as bases on bases.model_key = most_used.base_key
)
select
    placed.base_model,
    placed.model,
    placed.relation,
    chosen.base_license,
    chosen.license,
    chosen.outcome,
    placed.downloads_30d as model_downloads_30d,
    chosen.pairs,
    chosen.downloads as all_downloads_30d,
    chosen.share,
    coalesce(same.verdict, whatever.verdict, 'not judged') as verdict,
    coalesce(same.clause, whatever.clause, '') as clause,
    coalesce(same.source, whatever.source, '') as source,
from placed
join chosen using (licence_pair)
left join core.licence_pairs as same on same.base = chosen.base_license and same.derivative = chosen.license
left join core.licence_pairs as whatever on whatever.base = chosen.base_license and whatever.derivative = 'any'
order by chosen.weight desc, chosen.base_license, chosen.license, placed.licence_pair, placed.place
