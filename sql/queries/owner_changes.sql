-- grain: day, kind, subject, model_id
-- The latest changes of the repositories of one owner, apart from new ones: ten or more of one kind on one day are one line, which names the most used.
select
    day,
    since,
    kind,
    subject,
    any_value(subject_text) as subject_text,
    arg_max(model_id, {'downloads_30d': coalesce(downloads_30d, -1), 'model_id': model_id}) as model_id,
    any_value(owner) as owner,
    count(*) as models,
    same_or_several(before) as before,
    same_or_several(after) as after,
    sum(downloads_30d)::bigint as downloads_30d,
from marts.changes
where owner = $owner and is_confirmed and kind != 'appeared'
group by day, since, kind, subject, if(edited_together >= 10 and kind != 'rescored', null, model_id)
order by day desc, downloads_30d desc nulls last, kind, subject, model_id
limit 30
