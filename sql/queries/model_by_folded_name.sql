-- grain: model_id
-- Repositories whose id is this name in any letter case: those of owners of that name, and those that leaderboards list.
-- Read only where no id is exactly so: the owner is found first, so that the names of few models are compared.
with owners as (
    select distinct author as owner
    from marts.authors
    where kind = 'owners' and lower(author) = lower(split_part($name, '/', 1))
)
select model_id, model_key, 'letter case' as matched
from core.models
join owners using (owner)
where lower(model_id) = lower($name) and not starts_with(model_id, 'left-out/')
union
select model_id, model_key, 'letter case'
from core.models
semi join core.submissions_by_key using (model_key)
where lower(model_id) = lower($name) and not starts_with(model_id, 'left-out/')
order by model_id
