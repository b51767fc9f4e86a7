-- grain: model_id
-- Every repository of the release that one is of, with what is known of it.
select
    siblings.model_id,
    siblings.kind,
    siblings.released_on,
    models.nominal_b,
    models.downloads_30d,
    models.model_key is not null as is_known,
from core.release_models
join core.release_models as siblings using (release_id)
left join core.models on models.model_id = siblings.model_id
where release_models.model_id = $model_id and siblings.model_id != $model_id
order by siblings.released_on, siblings.kind, models.nominal_b nulls last, siblings.model_id
