-- grain: model_id
-- The repository with exactly this id, or the one that a name which sources or declarations use stands for: another letter case, or the name before it moved.
-- Whoever is left out has no page.
select model_id, model_key, 'id' as matched
from core.models
where model_id = $name and not starts_with(model_id, 'left-out/')
union all
select model_id, min(model_key), min(rule)
from core.disputes
where fact = 'name'
    and rule in ('legacy name', 'letter case')
    and lower(claim) = lower($name)
    and model_id != $name
    and not starts_with(model_id, 'left-out/')
group by model_id
order by matched = 'id' desc, model_id
