-- grain: base_model_key
-- scratch
-- Every name of a base model that could be a repository's, and the curated ones. Unknown ones get keys beyond those of the known.
with named as (
    select model_id as base_model_id from core.curated_bases
    union
    select base_model_id
    from core.declared_bases
    where length(base_model_id) <= 200
        and regexp_full_match(base_model_id, '[A-Za-z0-9_.\-]+(/[A-Za-z0-9_.\-]+)?')
)
select
    coalesce(
        repositories.model_key,
        (select count(*) from core.repositories)
            + row_number() over (partition by repositories.model_key is null order by named.base_model_id)
    )::int as base_model_key,
    named.base_model_id,
    repositories.model_key is not null as is_known,
from named
left join core.repositories on repositories.model_id = named.base_model_id
