-- The best open models of at most 8 B parameters on a date
-- grain: model_id
-- Change the date, the size or the leaderboard. A model counts from the day when it appeared; undated ones cannot.
-- nominal_b is the size as people call it: a Llama 3 8B has 8.03 billion parameters.
select model_id, round(score, 2) as score, nominal_b, parameters_b, appeared_on, type, appeared_rule
from marts.models
where dataset = 'v2' and nominal_b <= 8 and appeared_on <= date '2024-12-31'
order by score desc nulls last, model_id
limit 10
