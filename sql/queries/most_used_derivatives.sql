-- grain: model_id
-- The descendants of one model with most downloads in 30 days, at most twenty-five.
select model_id, relation, distance, appeared_on, nominal_b, downloads_30d, likes
from marts.most_used_derivatives
where ancestor_key = $model_key
order by downloads_30d desc, model_id
limit $most
