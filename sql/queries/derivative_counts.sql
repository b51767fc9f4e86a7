-- grain: relation, distance
-- How many models descend from one, by relation and by how many declarations lie between (six stands for six or more); in all where both are empty.
select relation, distance, models, owners, dated, first_on, last_on, downloads_30d
from marts.derivative_counts
where ancestor_key = $model_key
order by relation nulls first, distance
