-- grain: model_id
-- The models that are asked about one by one, newest first: on a leaderboard, built upon, released, or much downloaded.
with known_bases as (
    select base_model_id as model_id from core.base_models group by base_model_id having count(*) >= 10
),
most_downloaded as (
    select model_id from core.models where downloads_30d is not null order by downloads_30d desc, model_id limit $most::bigint
)
select model_id
from core.models
where not starts_with(model_id, 'left-out/') -- nothing more is asked about those who are left out
    and (
        model_id in (select model_id from core.evaluations)
        or model_id in (select model_id from known_bases)
        or model_id in (select model_id from core.releases where model_id is not null)
        or model_id in (select model_id from most_downloaded)
    )
order by appeared_at desc nulls last, model_id
