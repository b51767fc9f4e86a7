-- grain: model_key
-- scratch
-- The repositories of releases that a source or a declaration names, with the generation that each belongs to and its size.
with generations as (
    select generation, unnest(str_split(release_ids, ';')) as release_id from seeds.generations
)
select
    parents.base_model_key as model_key,
    any_value(parents.model_id) as model_id,
    arg_min(release_models.release_id, release_models.model_id) as release_id,
    arg_min(coalesce(generations.generation, release_models.release_id), release_models.model_id) as generation,
    arg_min(releases.family, release_models.model_id) as family,
    arg_min(release_models.kind, release_models.model_id) as kind,
    arg_min(release_models.released_on, release_models.model_id) as released_on,
    any_value(sizes.own_b) as parameters_b,
    any_value(sizes.own_nominal_b) as nominal_b,
    bool_or(generations.generation is not null) as is_of_known_generation,
from core.release_models
join core.releases using (release_id)
join core.parents on parents.base_model_id = release_models.model_id
left join generations using (release_id)
left join core.own_sizes as sizes on sizes.model_key = parents.base_model_key
group by parents.base_model_key
