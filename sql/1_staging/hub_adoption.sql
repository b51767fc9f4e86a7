-- grain: none, as landed
-- History of adoption: a decrease of the all-time downloads counts as no download, and is told as one.
select
    day,
    since,
    is_frame,
    series_id,
    change,
    coalesce(left_out.rewritten, landed.model_id) as model_id,
    hub_id,
    downloads_30d,
    downloads_all_time,
    likes,
    downloads_30d_change,
    downloads_all_time_change,
    likes_change,
    if(change in ('moved', 'same') and downloads_all_time is not null, greatest(downloads_all_time_change, 0), null) as gained,
    change = 'moved' and downloads_all_time_change < 0 as is_rollback,
    summary,
    snapshot_id,
from landing.hub_adoption as landed
left join staging.left_out_texts as left_out on left_out.text = landed.model_id
