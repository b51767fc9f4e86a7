-- grain: base_model_id
-- scratch
-- Every name of a base model that could be a repository's, declared or curated, and what it stands for: its successor, the
-- repository that differs in letter case alone, or else a parent that no source names, with a key of its own: the number that an earlier
-- build gave it, or one beyond all others.
with written as (
    select model_id as base_model_id, 0 as declarations from core.curated_bases
    union all
    select unnest(owner_instruct_ids), 0 from core.curated_bases
    union all
    select model_id, 0 from core.release_models
    union all
    select model_id, 0 from seeds.model_parameters
    union all
    select base_model_id, 1 from core.declared_bases where base_model_id is not null
),
counted as (
    select base_model_id, sum(declarations) as declarations from written where base_model_id != '' group by base_model_id
),
resolved as (
    select
        counted.base_model_id,
        counted.declarations,
        coalesce(renamed.new_id, counted.base_model_id) as resolved_id,
        renamed.new_id is not null as is_renamed,
    from counted
    left join seeds.renamed on lower(renamed.old_id) = lower(counted.base_model_id)
),
looked_up as (
    select resolved.*, names.model_key
    from resolved
    left join core.names on names.name = resolved.resolved_id
),
-- What no source spells so: another letter case, or a parent that no source names.
unlisted as (
    select *, lower(resolved_id) as folded_id from looked_up where model_key is null
),
folded as (
    select lower(model_id) as folded_id, model_key
    from core.repositories
    where lower(model_id) in (select folded_id from unlisted)
),
unnumbered as (
    select
        folded_id,
        arg_max(resolved_id, {'declarations': declarations, 'name': resolved_id}) as model_id,
    from unlisted
    where folded_id not in (select folded_id from folded)
        and (declarations > 0 or base_model_id in (select model_id from core.curated_bases))
    group by folded_id
),
last_key as (
    select greatest((select coalesce(max(model_key), 0) from core.repositories), (select coalesce(max(model_key), 0) from staging.repository_keys)) as last_key
),
unknown as (
    select
        folded_id,
        unnumbered.model_id,
        coalesce(keys.model_key, (last_key.last_key + row_number() over (partition by keys.model_key is null order by folded_id))::int) as model_key,
    from unnumbered
    cross join last_key
    left join staging.repository_keys as keys using (folded_id)
)
select
    looked_up.base_model_id,
    coalesce(looked_up.model_key, folded.model_key, unknown.model_key) as base_model_key,
    coalesce(repositories.model_id, unknown.model_id) as model_id,
    unknown.model_key is null as is_known,
    looked_up.is_renamed,
from looked_up
left join folded on looked_up.model_key is null and folded.folded_id = lower(looked_up.resolved_id)
left join unknown on looked_up.model_key is null and unknown.folded_id = lower(looked_up.resolved_id)
left join core.repositories on repositories.model_key = coalesce(looked_up.model_key, folded.model_key)
where base_model_key is not null
