-- grain: series_id, week
-- Figures of the repositories that are followed day by day (core.adopted.is_daily), for every complete week of the history of adoption. All
-- others that ever had 10 downloads in 30 days, 50 of all time, or one like, are in landing/hub_adoption_weeks, by series_id.
select
    weeks.series_id, /* repository, in core.adopted */
    weeks.week, /* its Monday, UTC */
    weeks.downloads_30d, /* downloads of 30 days on the last kept day of the week; NULL in a week without one, and where it is unknown or gone */
    weeks.downloads_all_time, /* all-time downloads; the same */
    weeks.likes, /* likes; the same */
    weeks.gained, /* new downloads in the week, by the all-time figure; a decrease counts as none; NULL where nothing compares */
    weeks.is_spread, /* a part of them comes from a gap between kept days, spread evenly over its days */
    weeks.is_listed, /* in the last listing of the week */
from staging.hub_adoption_weeks as weeks
semi join (from core.adopted_by_key where is_daily) as followed using (series_id)
order by weeks.series_id, weeks.week
