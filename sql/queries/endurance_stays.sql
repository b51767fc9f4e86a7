-- grain: months, is_over
-- How long repositories stay among the hundred most used: runs of months in a row that began after the first month, by their length
-- and whether they had ended by the last one. Months without a listing are passed over.
with months as (
    select month, row_number() over (order by month) as number
    from (select distinct month from marts.most_used_by_month)
),
placed as (
    select
        series_id,
        number,
        number - row_number() over (partition by series_id order by number) as run,
    from marts.most_used_by_month
    join months using (month)
),
runs as (
    select series_id, run, min(number) as first_number, max(number) as last_number, count(*) as months
    from placed
    group by series_id, run
)
select
    months,
    last_number < (select max(number) from months) as is_over,
    count(*) as stays,
from runs
where first_number > 1
group by all
order by months, is_over
