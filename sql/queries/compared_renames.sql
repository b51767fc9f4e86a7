-- grain: former_hash
-- Which repository had a name on a day: the first that was renamed after it, by its latest name, both as hashes. So a comparison takes a renamed repository for no gone and new one, even if another has its former name by now.
select
    hash_of_name(before) as former_hash,
    hash_of_name(arg_min(model_id, {'day': day, 'model_id': model_id})) as name_hash,
from marts.changes
where kind = 'renamed' and day > $since and before is not null
group by lower(before)
order by former_hash
