-- grain: day, architecture
-- Adoption per kept day and architecture in the range, with the quality of each day; a day without a listing has no row. Those
-- asked for, or where none is all.
select
    adoption.day,
    adoption.architecture,
    adoption.models,
    adoption.downloads_30d,
    adoption.downloads_all_time,
    adoption.likes,
    adoption.gained,
    days.days,
    days.is_stalled,
    days.is_rollback,
    days.is_spike,
from marts.adoption_by_day_and_architecture as adoption
join core.adoption_days as days using (day)
where adoption.day between $start and $end
    and is_chosen($architectures, adoption.architecture)
order by adoption.day, adoption.architecture
