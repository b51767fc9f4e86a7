-- grain: series_id
-- scratch
-- Every release whose day is known and that had at least 100 downloads in 30 days when it was first read: from its birth (the
-- first week with a listing that ends 29 to 42 days after its day, so that its 30 days are about its first), else late, in the
-- first week with a listing that has it.
with reach as (
    select min(week) as first_week, max(week) as last_week from core.read_weeks
),
born as (
    select
        adopted.series_id,
        coalesce(models.model_id, adopted.unlisted_id) as model_id,
        models.model_key,
        if(models.model_key is null, if(days.days <= 10, adopted.first_on, null), models.appeared_at::date) as appeared_on,
        coalesce(models.appeared_rule, 'first listed') as appeared_rule,
        date_trunc('week', adopted.first_on)::date as first_week,
        if(adopted.gone_on < (select max(day) from core.adoption_days), adopted.gone_on, null) as removed_on,
    from core.adopted_by_key as adopted
    left join core.models using (model_key)
    left join core.adoption_days as days on days.day = adopted.first_on
),
due as (
    select
        series_id,
        model_id,
        model_key,
        appeared_on,
        appeared_rule,
        removed_on,
        date_trunc('week', appeared_on)::date as birth_week,
        greatest(date_trunc('week', appeared_on + 29)::date, born.first_week, reach.first_week) as due_week,
    from born
    cross join reach
    where appeared_on is not null and due_week <= reach.last_week
),
reading_weeks as (
    select due_week, min(read_weeks.week) as entry_week
    from (select distinct due_week from due) as weeks
    join core.read_weeks on read_weeks.week >= weeks.due_week
    group by due_week
),
readings as (
    select due.*, reading_weeks.entry_week
    from due
    join reading_weeks using (due_week)
)
select
    readings.series_id,
    readings.model_id,
    readings.model_key,
    readings.appeared_on,
    readings.appeared_rule,
    readings.removed_on,
    readings.birth_week,
    readings.entry_week,
    readings.entry_week <= readings.appeared_on + 36 as is_from_birth,
from readings
join staging.hub_adoption_weeks as weeks on weeks.series_id = readings.series_id and weeks.week = readings.entry_week
where weeks.downloads_30d >= 100
