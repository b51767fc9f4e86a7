-- grain: model_id
-- The curated base of which this name is another repository of the same weights: what declares it is counted under that base.
select model_id
from (select model_id, unnest(alias_ids) as alias_id from core.curated_bases)
where lower(alias_id) = lower($model_id)
group by model_id
order by model_id
