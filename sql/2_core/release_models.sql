-- grain: release_id, model_id
-- Repositories of each release: the one in the releases seed, the curated bases of the same release and the owner's own instruct models.
select
    release_id, /* release in core.releases */
    model_id, /* repository */
from (
    select release_id, model_id from core.releases where model_id is not null
    union
    select release_id, model_id from seeds.base_models
    union
    select release_id, unnest(str_split(owner_instruct_ids, ';')) from seeds.base_models
)
where release_id is not null and model_id != ''
