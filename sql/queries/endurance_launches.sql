-- grain: name, week
-- Median and quartiles, over all launches with at least 1,000 downloads in their first 26 weeks, of the share of these that each week brought,
-- and of the share of the first 180 days' downloads until then; the same of each chosen release alone.
-- Where all launches of a size class, or of all, are within the dates, their quartiles are stored.
-- The half-life of a row's launch, or the median and quartiles of all of them, and their number are the same in all rows of a name.
with stored as (
    select number as week, share_quartiles, so_far_quartiles, half_life_quartiles, launches
    from marts.launch_quartiles
    where $dataset = 'hub'
        and $at_most_b is null
        and size = case len($sizes) when 0 then 'all' when 1 then $sizes[1] end
        and only_text_generation = $text_generation
        and hides_derived = $hide_derived
        and first_on >= $start
        and last_on <= $end
),
chosen as (
    select
        lifetimes.series_id,
        lifetimes.model_id,
        launches.downloads_26_weeks,
        launches.downloads_180_days,
        launches.half_life_days,
        list_contains($releases, lifetimes.model_id) as is_named,
        lifetimes.appeared_on between $start and $end
        and launches.downloads_26_weeks >= 1000
        and (select count(*) from stored) = 0
        and passes_filters($dataset, $sizes, $at_most_b, $text_generation, $hide_derived, false, size, nominal_b, is_text_generation, is_derived, false) as is_counted,
    from marts.lifetimes
    join marts.launches using (series_id)
    where lifetimes.dataset = $dataset
),
weeks as (
    select
        chosen.*,
        launch_weeks.number as week,
        launch_weeks.gained / chosen.downloads_26_weeks as share,
        least(launch_weeks.so_far / chosen.downloads_180_days, 1) as so_far,
    from marts.launch_weeks
    join chosen using (series_id)
    where (chosen.is_counted or chosen.is_named) and launch_weeks.number <= 26
),
summed as (
    select
        week,
        quantile_cont(share, [0.25, 0.5, 0.75]) as share_quartiles,
        quantile_cont(so_far, [0.25, 0.5, 0.75]) as so_far_quartiles,
        count(*) as launches,
    from weeks
    where is_counted
    group by week
),
half_lives as (
    select quantile_cont(half_life_days, [0.25, 0.5, 0.75]) as half_life_quartiles from chosen where is_counted
),
all_launches as (
    select * from stored
    union all
    select summed.week, summed.share_quartiles, summed.so_far_quartiles, half_lives.half_life_quartiles, summed.launches
    from summed
    cross join half_lives
)
select
    'median of all' as name,
    false as is_named,
    week,
    share_quartiles[2] as share,
    share_quartiles[1] as share_low,
    share_quartiles[3] as share_high,
    so_far_quartiles[2] as so_far,
    so_far_quartiles[1] as so_far_low,
    so_far_quartiles[3] as so_far_high,
    half_life_quartiles[2] as half_life_days,
    half_life_quartiles[1] as half_life_low,
    half_life_quartiles[3] as half_life_high,
    launches,
from all_launches
union all
select model_id, true, week, share, share, share, so_far, so_far, so_far, half_life_days, half_life_days, half_life_days, 1
from weeks
where is_named
order by is_named, name, week
