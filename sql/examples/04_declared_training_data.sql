-- The share of new models that declare their training data, per month
-- grain: month
-- What a model declares in its tags or its card, not what it was trained on. The month that the data ends in is left out.
select
    date_trunc('month', appeared_at)::date as month,
    count(*) as new_models,
    count(*) filter (model_id in (select model_id from core.training_data)) as declaring,
    round(declaring / new_models, 4) as share,
from core.models
where is_listed and appeared_at < (select date_trunc('month', as_of) from marts.datasets where dataset = 'hub')
group by month
order by month
