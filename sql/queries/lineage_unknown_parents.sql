-- grain: model_id
-- Base models that are declared and that no source lists, those with most models that declare them first; at most a hundred.
select model_id, children, owners, descendants, downloads_30d, first_on, models_of_the_owner
from marts.unknown_parents
order by children desc, descendants desc, model_id
limit 100
