-- grain: day, kind, subject, owner, model_id
-- Changes, those of the most used models first: where one owner changed ten repositories or more in the same way on one day, or a leaderboard rescored as many, they are one line, which names the most used of them.
with chosen as (
    select *, if(edited_together >= 10, null, model_id) as line_model, if(edited_together >= 10 and kind = 'rescored', null, owner) as line_owner
    from matching_changes($dataset, $start, $end, $kinds, $with_new, $owners, $families, $licences, $text)
)
select
    day,
    since,
    kind,
    subject,
    any_value(subject_text) as subject_text,
    coalesce(line_owner, 'several') as owner,
    arg_max(model_id, {'downloads_30d': coalesce(downloads_30d, -1), 'model_id': model_id}) as model_id,
    count(*) as models,
    same_or_several(before) as before,
    same_or_several(after) as after,
    sum(downloads_30d)::bigint as downloads_30d,
from chosen
group by day, since, kind, subject, line_owner, line_model
order by downloads_30d desc nulls last, models desc, day desc, kind, subject, owner, model_id
limit $most
