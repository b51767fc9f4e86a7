-- grain: ancestor_key, model_id
-- stored
-- The twenty-five descendants of each base with most downloads in 30 days. Those who are left out have no row.
select
    lineage.ancestor_key, /* base model; stands for its model_id in this warehouse */
    models.model_id, /* the descendant */
    models.relation, /* its relation to its base models */
    lineage.distance, /* declarations between, from 1 */
    models.appeared_at::date as appeared_on, /* day on which it appeared; NULL is undated */
    models.nominal_b, /* size as people call it, billions */
    models.downloads_30d, /* downloads in the 30 days before the snapshot */
    models.likes,
from core.lineage_by_key as lineage
join core.models using (model_key)
where models.downloads_30d > 0 and not starts_with(models.model_id, 'left-out/')
qualify row_number() over (partition by lineage.ancestor_key order by models.downloads_30d desc, models.model_id) <= 25
order by lineage.ancestor_key, models.downloads_30d desc, models.model_id
