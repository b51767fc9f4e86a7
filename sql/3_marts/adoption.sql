-- grain: series_id, day
-- Figures of each repository that is followed day by day, by the name it has now, on the days of the last 400 on which they moved.
select
    adoption.series_id, /* repository through all its names */
    followed.model_id,
    adoption.day, /* UTC day of a full listing */
    adoption.change, /* same (as it stood when these days began), first, moved, known, back or gone */
    adoption.downloads_30d, /* downloads of the last 30 days */
    adoption.downloads_all_time, /* all-time downloads, as told */
    adoption.likes,
    adoption.gained, /* new downloads since the kept day before */
    adoption.is_rollback,
from core.adoption
join marts.followed_models as followed using (series_id)
