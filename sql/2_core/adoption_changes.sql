-- grain: day, profile
-- scratch
-- grows by: day from staging.hub_adoption
-- counted as: profile of series_id in core.adoption_profiles since first_on, rows in moves
-- What changed on each kept day, summed over the repositories of one profile; the first day of a stretch holds all of them. A build adds the
-- new days, and moves all days of a repository of which the profile changed.
select
    moves.day,
    profiles.profile,
    count(*) as moves,
    sum(case when moves.change = 'gone' then -1 when moves.change in ('first', 'back') then 1 else 0 end)::bigint as models,
    coalesce(sum(moves.downloads_30d_change), 0)::bigint as downloads_30d,
    coalesce(sum(moves.downloads_all_time_change), 0)::bigint as downloads_all_time,
    coalesce(sum(moves.likes_change), 0)::bigint as likes,
    coalesce(sum(moves.gained), 0)::bigint as gained,
from staging.hub_adoption as moves
join core.adoption_profiles as profiles using (series_id)
where moves.change != 'same'
group by moves.day, profiles.profile
