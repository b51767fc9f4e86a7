-- grain: ancestor_key, relation, distance
-- stored
-- How many models descend from each base, by relation and by how many declarations lie between (six stands for six or more); in all where both are empty.
with derived as (
    select lineage.ancestor_key, models.relation, least(lineage.distance, 6) as distance, models.owner, models.appeared_at, models.downloads_30d
    from core.lineage_by_key as lineage
    join core.models using (model_key)
),
counted as (
    select
        ancestor_key,
        relation,
        distance,
        count(*) as models,
        count(distinct owner) as owners,
        count(appeared_at) as dated,
        min(appeared_at)::date as first_on,
        max(appeared_at)::date as last_on,
        sum(downloads_30d)::bigint as downloads_30d,
    from derived
    group by ancestor_key, relation, distance
    union all
    select
        ancestor_key,
        null,
        null,
        count(*),
        count(distinct owner),
        count(appeared_at),
        min(appeared_at)::date,
        max(appeared_at)::date,
        sum(downloads_30d)::bigint,
    from derived
    group by ancestor_key
)
select
    ancestor_key, /* base model; stands for its model_id in this warehouse */
    relation, /* relation of the descendants; NULL: all */
    distance, /* declarations between, from 1; 6 is six or more; NULL: all */
    models, /* descendants */
    owners, /* their owners */
    dated, /* descendants whose date is known */
    first_on, /* day on which the first of them appeared */
    last_on, /* day on which the last of them appeared */
    downloads_30d, /* their downloads in the 30 days before the snapshot, together; NULL is unknown */
from counted
order by ancestor_key, relation nulls first, distance nulls first
