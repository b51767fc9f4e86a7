-- grain: series_id
-- view of core.adopted_by_key
-- Every repository in the history of adoption, through all its names, and what it gained.
select
    adopted.series_id,
    coalesce(models.model_id, adopted.unlisted_id) as model_id, /* its name on the last kept day that has it */
    adopted.names,
    adopted.first_on,
    adopted.is_listed,
    adopted.gone_on,
    adopted.gained_30d,
    adopted.gained_90d,
    adopted.rollbacks_90d,
    adopted.is_daily,
from core.adopted_by_key as adopted
left join core.models using (model_key)
