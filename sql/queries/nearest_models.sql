-- grain: model_id
-- Names of models that are spelt like a name that nobody has: of those with many downloads, evaluated ones, and releases.
with candidates as (
    select model_id, downloads_30d
    from core.models
    where downloads_30d >= 1000
    union all
    select model_id, null
    from marts.evaluated_models
    union all
    select models.model_id, models.downloads_30d
    from core.models
    semi join core.release_models using (model_id)
)
select model_id
from candidates
where not starts_with(model_id, 'left-out/')
group by model_id
order by
    jaro_winkler_similarity(lower(if(contains($name, '/'), model_id, split_part(model_id, '/', -1))), lower($name)) desc,
    max(downloads_30d) desc nulls last,
    model_id
limit 8
