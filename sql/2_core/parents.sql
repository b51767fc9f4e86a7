-- grain: base_model_id
-- scratch
-- Every name of a base model that could be a repository's, declared or curated, and what it stands for: its successor, the
-- repository that differs in letter case alone, or else a parent that no source names, with a key beyond those of the known.
with written as (
    select model_id as base_model_id, 0 as declarations from core.curated_bases
    union all
    select model_id, 0 from core.release_models
    union all
    select base_model_id, 1
    from core.declared_bases
    where length(base_model_id) <= 200
        and regexp_full_match(base_model_id, '[A-Za-z0-9_.\-]+(/[A-Za-z0-9_.\-]+)?')
),
counted as (
    select base_model_id, sum(declarations) as declarations from written group by base_model_id
),
resolved as (
    select
        counted.base_model_id,
        counted.declarations,
        coalesce(renamed.new_id, counted.base_model_id) as resolved_id,
        renamed.new_id is not null as is_renamed,
        lower(resolved_id) as folded_id,
    from counted
    left join seeds.renamed on lower(renamed.old_id) = lower(counted.base_model_id)
),
unknown as (
    select
        folded_id,
        arg_max(resolved_id, {'declarations': declarations, 'name': resolved_id}) as model_id,
        ((select count(*) from core.repositories) + row_number() over (order by folded_id))::int as model_key,
    from resolved
    anti join core.repositories on lower(repositories.model_id) = resolved.folded_id
    where declarations > 0 or base_model_id in (select model_id from core.curated_bases)
    group by folded_id
)
select
    resolved.base_model_id,
    coalesce(repositories.model_key, unknown.model_key) as base_model_key,
    coalesce(repositories.model_id, unknown.model_id) as model_id,
    repositories.model_key is not null as is_known,
    resolved.is_renamed,
from resolved
left join core.repositories on lower(repositories.model_id) = resolved.folded_id
left join unknown using (folded_id)
where base_model_key is not null
