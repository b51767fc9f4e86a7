-- grain: model_id
-- Models that the movers of the week leave out, because one day has more than half of their new downloads of the seven days: the ten with most new downloads of those that rose, or of the new entries among the hundred with most.
select
    model_id,
    max(gained) as gained,
    max_by(most_in_a_day, gained) as most_in_a_day,
from marts.adoption_movers
where most_in_a_day > 0.5
    and if($movers = 'growth', gained >= least_gained and coalesce(growth > 0, true), place <= 100 and coalesce(best_place_before > 100, true))
group by model_id
order by gained desc, model_id
limit 10
