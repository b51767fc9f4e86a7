-- grain: model_key
-- How openly a model is declared, in five parts, of which that of open weights may be unknown; no part says that a claim holds. As stored; read core.openness.
-- The base part is for derivatives that name their base, and for the base models of curated releases, which stand on no other.
with named_bases as (
    select declared.model_key
    from core.base_models_by_key as declared
    join core.models as bases on bases.model_key = declared.base_model_key
    where declared.is_declared_on_hub
    union
    select models.model_key
    from core.release_models
    join core.models using (model_id)
    where release_models.kind = 'base'
),
parts as (
    select
        models.model_key,
        case
            when models.removed_on is not null then false
            when models.gated in ('false', 'auto', 'manual') then models.is_listed and models.gated = 'false'
        end as has_open_weights,
        models.license_class in ('permissive', 'copyleft') as has_open_license,
        models.model_key in (select model_key from core.training_data_by_key) as has_training_data,
        models.model_key in (select model_key from core.papers_by_key) as has_paper,
        models.model_key in (select model_key from named_bases) as has_known_base,
    from core.models
)
select
    model_key, /* repository */
    has_open_weights, /* listed on the Hub, and not gated; NULL: not known whether it is gated */
    has_open_license, /* the declared licence is permissive or copyleft: anybody may use it for anything */
    has_training_data, /* names a dataset, in its tags or its card; loaders and words for nothing are none */
    has_paper, /* names a paper on arXiv in its tags: its own, or one that it builds on */
    has_known_base, /* names a base model that is a repository which some source lists, or is the base model of a curated release */
    (coalesce(has_open_weights::int, 0) + has_open_license::int + has_training_data::int + has_paper::int + has_known_base::int)::int as openness, /* how many of these five, 0 to 5; of the other four, 0 to 4, where has_open_weights is NULL */
from parts
order by model_key
