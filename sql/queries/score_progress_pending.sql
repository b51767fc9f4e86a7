-- grain: benchmark_id, age
-- Results of official benchmarks that stand in pull requests which are not merged, by their age: the days from their evaluation, as the
-- entry says, to the snapshot. Every benchmark has a row for each age.
with ages as (
    select unnest([
        {'age_rank': 1, 'age': 'up to a week', 'at_least': 0, 'below': 8},
        {'age_rank': 2, 'age': 'up to 30 days', 'at_least': 8, 'below': 31},
        {'age_rank': 3, 'age': 'up to 90 days', 'at_least': 31, 'below': 91},
        {'age_rank': 4, 'age': 'up to a year', 'at_least': 91, 'below': 366},
        {'age_rank': 5, 'age': 'more than a year', 'at_least': 366, 'below': 1000000},
        {'age_rank': 6, 'age': 'no date', 'at_least': -1, 'below': 0},
    ], recursive := true)
),
results as (
    select
        submissions.leaderboard as benchmark_id,
        submissions.is_pending,
        if(submissions.submitted_on is null, -1, greatest(date_diff('day', submissions.submitted_on, datasets.as_of::date), 0)) as days,
    from core.submissions_by_key as submissions
    join marts.datasets as datasets on datasets.dataset = submissions.leaderboard
    where submissions.is_pending is not null
),
totals as (
    select benchmark_id, count(*) as results, count(*) filter (is_pending) as pending, max(days) filter (is_pending) as oldest_days
    from results
    group by benchmark_id
),
counted as (
    select results.benchmark_id, ages.age_rank, count(*) as results
    from results
    join ages on results.days >= ages.at_least and results.days < ages.below
    where results.is_pending
    group by all
)
select
    totals.benchmark_id,
    datasets.short_label as benchmark,
    ages.age,
    coalesce(counted.results, 0) as results,
    totals.pending,
    totals.results as all_results,
    totals.oldest_days,
from totals
cross join ages
join marts.datasets as datasets on datasets.dataset = totals.benchmark_id
left join counted using (benchmark_id, age_rank)
order by totals.pending desc, totals.benchmark_id, ages.age_rank
