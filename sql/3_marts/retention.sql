-- grain: dataset, released_in, months_since, size, nominal_b, is_text_generation, is_derived
-- stored
-- Which releases stayed in use, by the month of their day and the months of thirty days since: month 1 is read as the first 30 days are, month k
-- thirty days later each. Only releases that were read from their birth; one without a figure then counts as not in use.
with bounds as (
    select min(week) as first_week, max(week) as last_week from core.read_weeks
),
cohort as (
    select
        lifetimes.dataset,
        lifetimes.series_id,
        followed.model_key,
        lifetimes.appeared_on,
        date_trunc('month', lifetimes.appeared_on)::date as released_in,
        lifetimes.size,
        lifetimes.nominal_b,
        lifetimes.is_text_generation,
        lifetimes.is_derived,
    from marts.lifetimes
    join core.followed_launches as followed using (series_id)
    where lifetimes.is_from_birth
),
due as (
    select
        appeared_on,
        month,
        date_trunc('week', appeared_on + (30 * month - 1)::int)::date as due_week,
    from (select distinct appeared_on from cohort)
    cross join (select unnest(generate_series(1, 36)) as month)
    cross join bounds
    where due_week <= bounds.last_week
),
reading_weeks as (
    select due.appeared_on, due.month, min(read_weeks.week) as week
    from due
    join core.read_weeks on read_weeks.week between due.due_week and due.due_week + 7
    group by due.appeared_on, due.month
),
-- the nearest derivative is one that names it as its base itself
derived as (
    select distinct
        cohort.series_id,
        greatest(ceil((models.appeared_at::date - cohort.appeared_on) / 30.0), 1)::bigint as month,
    from cohort
    join core.base_models_by_key as edges on edges.base_model_key = cohort.model_key
    join core.models as models on models.model_key = edges.model_key
    where cohort.dataset = 'hub' and models.appeared_at::date >= cohort.appeared_on
),
read as (
    select
        cohort.*,
        reading_weeks.month,
        readings.downloads_30d,
        readings.peak_so_far,
        derived.series_id is not null as has_derivatives,
    from cohort
    join reading_weeks using (appeared_on)
    left join core.followed_readings as readings on readings.series_id = cohort.series_id and readings.week = reading_weeks.week
    left join derived on derived.series_id = cohort.series_id and derived.month = reading_weeks.month
)
select
    dataset,
    released_in, /* month of the release, its first day */
    month::int as months_since, /* months of thirty days since the release, from 1 */
    size,
    nominal_b,
    is_text_generation,
    is_derived,
    last_day(released_in) + (30 * month - 1)::int <= bounds.last_week + 6
        and date_trunc('week', released_in + 29)::date >= bounds.first_week as is_complete, /* every release of the month could be read */
    count(*) as releases, /* releases that could be read in this month of theirs */
    count(*) filter (downloads_30d * 10 >= peak_so_far and downloads_30d > 0) as above_a_tenth, /* of these, with at least a tenth of their peak so far */
    count(*) filter (downloads_30d >= 1) as downloaded, /* with a download at least */
    count(*) filter (has_derivatives) as derived_from, /* with a new model in these thirty days that names it as its base */
from read
cross join bounds
group by all
order by all
