-- grain: model_key, family_key
-- scratch
-- Families: a base that has no base itself, and all that descend from it. A model with several such bases belongs to the family of each; bases that declare each other in a circle have no first one, and are no family.
with roots as (
    select distinct ancestor_key as family_key
    from core.lineage_by_key
    where ancestor_key not in (select model_key from core.lineage_by_key)
)
select lineage.model_key, lineage.ancestor_key as family_key
from core.lineage_by_key as lineage
join roots on roots.family_key = lineage.ancestor_key
union all
select family_key as model_key, family_key
from roots
