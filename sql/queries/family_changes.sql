-- grain: day, kind, subject, owner, model_id
-- The latest changes of a base and of all that descends from it, apart from new models: ten or more of one owner and kind on one day are one line, which names the most used.
with members as (
    select model_key from core.lineage_by_key where ancestor_key = $model_key
    union all
    select $model_key
)
select
    day,
    since,
    kind,
    subject,
    any_value(subject_text) as subject_text,
    arg_max(model_id, {'downloads_30d': coalesce(downloads_30d, -1), 'model_id': model_id}) as model_id,
    owner,
    count(*) as models,
    same_or_several(before) as before,
    same_or_several(after) as after,
    sum(downloads_30d)::bigint as downloads_30d,
from marts.changes
where model_key in (from members) and is_confirmed and kind != 'appeared'
group by day, since, kind, subject, owner, if(edited_together >= 10 and kind != 'rescored', null, model_id)
order by day desc, downloads_30d desc nulls last, kind, subject, owner, model_id
limit 30
