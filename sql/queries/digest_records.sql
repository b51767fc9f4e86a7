-- grain: benchmark, model_id
-- Records on a leaderboard that models set which appeared in some days: more than every model that appeared before, by today's evaluations.
select
    coalesce(benchmarks.benchmark, 'average') as benchmark,
    coalesce(benchmarks.label, 'the average') as label,
    changes.model_id,
    changes.day,
    changes.before::double as before,
    changes.after::double as after,
    count(*) over () as records_in_all,
    models.parameters_b,
from marts.changes
left join core.models on models.model_id = changes.model_id
left join core.benchmarks
    on benchmarks.leaderboard = changes.leaderboard
    and changes.subject = benchmarks.leaderboard || ' ' || benchmarks.benchmark
where changes.kind = 'record'
    and changes.leaderboard = $dataset
    and changes.day between $start and $end
order by changes.subject = $dataset || ' average' desc, changes.day, benchmarks.rank nulls first, changes.model_id
