-- grain: day, profile
-- scratch
-- What changed on each kept day, summed over the repositories of one profile; the first day of a stretch holds all of them.
select
    moves.day,
    profiles.profile,
    sum(case when moves.change = 'gone' then -1 when moves.change in ('first', 'back') then 1 else 0 end)::bigint as models,
    sum(moves.downloads_30d_change)::bigint as downloads_30d,
    sum(moves.downloads_all_time_change)::bigint as downloads_all_time,
    sum(moves.likes_change)::bigint as likes,
    sum(moves.gained)::bigint as gained,
from staging.hub_adoption as moves
join core.adoption_profiles as profiles using (series_id)
where moves.change != 'same'
group by all
