-- Every model of the most active authors (ties at ten all shown) and of those asked for, on a leaderboard: one row per author and model.
-- The ranking looks at the range and the shared filters only, never at what is ticked.
-- Scored models come from the stored mart; a model without an average is rare, and so is the way to it.
with listed as (
    select model_id, owner, appeared_on, type, size, submitted_on
    from marts.scores
    where dataset = $dataset and benchmark = 'average'
    union all
    select model_id, owner, appeared_on, type, size, submitted_on
    from marts.models
    where dataset = $dataset and score is null
),
kept as (
    select model_id, owner, appeared_on, type, submitted_on
    from listed
    where appeared_on between $start and $end and (len($sizes) = 0 or list_contains($sizes, size))
),
written as (
    select owner as author, kept.* from kept where $by = 'owners'
    union all
    select contributors.contributor as author, kept.* from kept join core.contributors using (model_id) where $by = 'contributors'
),
-- Periods that are cut or still filling: the first and last stretch of the time axis.
axis as (
    select period, last_day, is_open or is_filling or period < $start or last_day > $end as is_hatched
    from marts.periods
    where dataset = $dataset and unit = $unit and last_day >= $start and period <= $end
),
ranked as (
    select author, count(distinct model_id) as author_models, rank() over (order by author_models desc) as rank
    from written
    group by author
),
totals as (
    select
        (select count(*) from kept) as total,
        (select count(distinct model_id) from written semi join (from ranked where rank <= 10) using (author)) as of_the_ten,
        (select max(last_day) from axis where is_hatched and period <= $start) as hatched_until,
        (select min(period) from axis where is_hatched and period > $start) as hatched_from,
),
measured as (
    select model_id, score from marts.scores where dataset = $dataset and benchmark = $benchmark
)
select
    ranked.author,
    ranked.rank,
    ranked.author_models,
    ranked.rank <= 10 as is_top,
    written.model_id,
    written.appeared_on,
    written.type,
    written.submitted_on,
    measured.score,
    totals.total,
    totals.of_the_ten,
    totals.hatched_until,
    totals.hatched_from,
from written
join ranked using (author)
left join measured using (model_id)
cross join totals
where ranked.rank <= 10 or list_contains($authors, ranked.author)
order by ranked.rank, ranked.author, written.appeared_on, written.model_id
