-- grain: model_id
-- Models from which scored models of the dataset descend and whose name contains what was typed, or of these only some by name; those with most such
-- descendants first.
with descended as (
    select lineage.ancestor_key, count(*) as models
    from marts.candidates
    join core.lineage_by_key as lineage using (model_key)
    where candidates.dataset = $dataset
    group by lineage.ancestor_key
)
select coalesce(models.model_id, unlisted.model_id) as model_id, descended.models as descendants
from descended
left join core.models on models.model_key = descended.ancestor_key
left join core.unknown_parents as unlisted on unlisted.model_key = descended.ancestor_key
where contains(lower(coalesce(models.model_id, unlisted.model_id)), lower($typed))
    and is_chosen($names, coalesce(models.model_id, unlisted.model_id))
order by descended.models desc, coalesce(models.model_id, unlisted.model_id)
limit 50
