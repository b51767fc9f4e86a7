-- grain: base_class, license_class
-- How often a model of each class of licence names a base model of each class: pairs of the models that appeared in the dates, and the
-- downloads of these in the 30 days before the snapshot. Shares are of all pairs (or downloads) of the base's class, as the weight says.
-- How many of a cell have the very licence of the base is beside it.
with edges as (
    select
        licence_pair,
        count(*) as pairs,
        sum(downloads_30d)::bigint as downloads,
    from marts.licence_edges
    where dataset = $dataset
        and appeared_on between $start and $end
        and ($relation = 'all' or relation = $relation)
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, size, nominal_b, is_text_generation, is_derived, is_downloaded)
    group by licence_pair
),
counted as (
    select
        changes.base_class,
        changes.license_class,
        sum(edges.pairs)::bigint as pairs,
        coalesce(sum(edges.pairs) filter (changes.outcome = 'kept'), 0)::bigint as pairs_kept,
        sum(edges.downloads)::bigint as downloads,
        if($weight = 'models', sum(edges.pairs), sum(edges.downloads)) as weight,
    from edges
    join marts.licence_changes as changes using (licence_pair)
    where changes.base_class is not null
    group by all
)
select
    counted.base_class,
    counted.license_class,
    case
        when counted.base_class = 'unknown' then 'not comparable'
        when counted.license_class = 'unknown' then 'dropped'
        when counted.license_class = counted.base_class and counted.base_class != 'other' then 'same class'
        when classes.looseness is null or base_classes.looseness is null then 'other'
        when classes.looseness > base_classes.looseness then 'looser'
        else 'stricter'
    end as outcome,
    counted.pairs,
    counted.pairs_kept,
    counted.downloads,
    counted.weight / nullif(sum(counted.weight) over (partition by counted.base_class), 0) as share,
from counted
join core.licence_classes as classes on classes.license_class = counted.license_class
join core.licence_classes as base_classes on base_classes.license_class = counted.base_class
order by base_classes.rank, classes.rank
