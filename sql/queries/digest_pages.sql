-- grain: kind, name
-- Which of the named models, owners and base models have a page: what is gone from the data has none.
select 'model' as kind, model_id as name
from core.models
where model_id in (select unnest($models))
union all
select 'owner', owner
from core.models
where owner in (select unnest($owners))
group by owner
union all
select 'family', model_id
from core.models
where model_id in (select unnest($families))
union all
select 'family', model_id
from core.unknown_parents
where model_id in (select unnest($families))
order by kind, name
