-- grain: day, leaderboard, benchmark, model_id
-- scratch
-- Models that scored more than every model before them on a benchmark of a leaderboard, or on its average, by the day when they appeared (core.evaluated_dates): the best of each day, by today's evaluations. A pending result sets no record, an undated model has no place.
with measured as (
    select
        chosen.leaderboard,
        chosen.model_key,
        submissions.score as average,
        unnest(submissions.scores) as measure,
    from core.evaluations_by_key as chosen
    join core.submissions_by_key as submissions using (leaderboard, evaluation_id)
    where not coalesce(submissions.is_pending, false)
),
scored as (
    select leaderboard, model_key, 'average' as benchmark, any_value(average) as score
    from measured
    group by leaderboard, model_key
    union all
    select leaderboard, model_key, measure.benchmark, measure.score
    from measured
    where leaderboard in ('v1', 'v2')
),
best_of_day as (
    select scored.leaderboard, scored.benchmark, scored.score, models.model_id, dates.appeared_on as day
    from scored
    join core.models using (model_key)
    join core.evaluated_dates as dates on dates.leaderboard = scored.leaderboard and dates.model_key = scored.model_key
    where scored.score is not null and dates.appeared_on is not null
    qualify row_number() over (
        partition by scored.leaderboard, scored.benchmark, dates.appeared_on order by scored.score desc, models.model_id
    ) = 1
),
compared as (
    select
        *,
        max(score) over (
            partition by leaderboard, benchmark order by day rows between unbounded preceding and 1 preceding
        ) as score_before,
    from best_of_day
)
select day, leaderboard, benchmark, model_id, score_before, score
from compared
where score > score_before
