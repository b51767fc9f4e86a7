-- grain: day, kind, subject
-- The changes of one model, the latest first.
select day, since, kind, subject, subject_text, model_id, owner, 1::bigint as models, before, after, downloads_30d
from marts.changes
where model_key = $model_key and is_confirmed
order by day desc, kind, subject
limit 30
