-- grain: model_id
-- The repository of a release of which this name is another one of the same weights: what declares it is counted under that one.
select model_id
from (
    select model_id, unnest(alias_ids) as alias_id from core.curated_bases
    union all
    select copy_of, model_id from core.release_models where copy_of is not null
)
where lower(alias_id) = lower($model_id)
group by model_id
order by model_id
