-- grain: size, only_text_generation, hides_derived, number
-- stored
-- Quartiles over all launches on the Hub with at least 1,000 downloads in their first 26 weeks, of each size class and of all: a view of all dates reads
-- them here, for the quartiles of some hundred thousand launches take long to find.
with chosen as (
    select
        lifetimes.series_id,
        lifetimes.size,
        lifetimes.is_text_generation,
        lifetimes.is_derived,
        lifetimes.appeared_on,
        launches.downloads_26_weeks,
        launches.downloads_180_days,
        launches.half_life_days,
    from marts.lifetimes
    join marts.launches using (series_id)
    where lifetimes.dataset = 'hub' and launches.downloads_26_weeks >= 1000
),
switches as (
    select text_generation.switch as only_text_generation, derived.switch as hides_derived
    from (select unnest([false, true]) as switch) as text_generation
    cross join (select unnest([false, true]) as switch) as derived
),
counted as (
    select
        chosen.* exclude (size),
        switches.only_text_generation,
        switches.hides_derived,
        unnest(if(chosen.size is null, ['all'], ['all', chosen.size])) as size,
    from chosen
    cross join switches
    where (chosen.is_text_generation or not switches.only_text_generation) and (not chosen.is_derived or not switches.hides_derived)
),
half_lives as (
    select
        size,
        only_text_generation,
        hides_derived,
        min(appeared_on) as first_on,
        max(appeared_on) as last_on,
        quantile_cont(half_life_days, [0.25, 0.5, 0.75]) as half_life_quartiles,
    from counted
    group by size, only_text_generation, hides_derived
),
summed as (
    select
        counted.size,
        counted.only_text_generation,
        counted.hides_derived,
        weeks.number,
        quantile_cont(weeks.gained / counted.downloads_26_weeks, [0.25, 0.5, 0.75]) as share_quartiles,
        quantile_cont(least(weeks.so_far / counted.downloads_180_days, 1), [0.25, 0.5, 0.75]) as so_far_quartiles,
        count(*) as launches,
    from marts.launch_weeks as weeks
    join counted using (series_id)
    where weeks.number <= 26
    group by counted.size, counted.only_text_generation, counted.hides_derived, weeks.number
)
select
    size, /* size class, or all */
    only_text_generation, /* of models that generate text only */
    hides_derived, /* without models that name a base */
    number, /* week since the release, as in marts.launch_weeks */
    share_quartiles, /* lower quartile, median and upper quartile of the week's share of the downloads in the first 26 weeks */
    so_far_quartiles, /* the same of the share of the downloads in the first 180 days that came in all weeks up to it */
    half_life_quartiles, /* the same of marts.launches.half_life_days; in all rows of these launches */
    launches::int as launches, /* number of launches */
    first_on, /* day of the first of them */
    last_on, /* day of the last of them */
from summed
join half_lives using (size, only_text_generation, hides_derived)
order by size, only_text_generation, hides_derived, number
