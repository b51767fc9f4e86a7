-- grain: former_hash
-- Repositories that got another name after a day, by the hashes of both names, so that a comparison takes them for no gone and new ones.
select
    hash(lower(before)) as former_hash,
    hash(lower(arg_max(model_id, (day, model_id)))) as name_hash,
from marts.changes
where kind = 'renamed' and day > $since and before is not null
group by lower(before)
order by former_hash
