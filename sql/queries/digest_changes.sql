-- grain: day, owner, model_id
-- Changes of one kind in the listings of the Hub in some days, those of the most used models first and before them those that replace something, with their number in all. Ten repositories or more of one owner that changed on one day are one line, which names the most used of them.
with chosen as (
    select
        *,
        if(edited_together >= 10, null, model_id) as line_model,
        before is null as is_first,
        after is null as is_removed,
    from marts.changes
    where is_confirmed and leaderboard = '' and kind = $kind and day between $start and $end
),
in_all as (
    select
        count(distinct model_id) as models_in_all,
        count(distinct owner) as owners_in_all,
        count(distinct if(is_first, model_id, null)) as first_in_all,
        count(distinct if(is_removed, model_id, null)) as removed_in_all,
    from chosen
),
lines as (
    select
        day,
        since,
        kind,
        owner,
        arg_max(model_id, {'downloads_30d': coalesce(downloads_30d, -1), 'model_id': model_id}) as model_id,
        count(*) as models,
        same_or_several(before) as before,
        same_or_several(after) as after,
        sum(downloads_30d)::bigint as downloads_30d,
    from chosen
    group by day, since, kind, owner, line_model
)
select lines.*, in_all.*
from lines
cross join in_all
where lines.models >= $fewest
order by
    if($fewest > 1, lines.models, 0) desc,
    lines.before is not null and lines.after is not null desc,
    lines.downloads_30d desc nulls last,
    lines.models desc,
    lines.day,
    lines.owner,
    lines.model_id
limit 5
