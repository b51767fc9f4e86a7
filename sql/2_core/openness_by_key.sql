-- grain: model_key
-- How openly a model is declared, in five parts; no part says that a claim holds. As stored; read core.openness.
-- A part is NULL where no source that could state it holds the model: of one that a leaderboard alone names, neither access nor training data
-- nor a paper is known. A leaderboard that states licences says by its silence that none is declared; one that states base models says so where
-- it names the model itself, and nothing where it names none.
-- The base part is for derivatives that name their base, and for the base models of curated releases, which stand on no other.
with on_hub as (
    select model_key from core.repositories where is_on_hub
),
stating_licences as (
    select leaderboard from core.submissions_by_key where license is not null group by leaderboard
),
of_boards as (
    select
        submissions.model_key,
        bool_or(submissions.leaderboard in (select leaderboard from stating_licences)) as states_license,
        coalesce(bool_or(submissions.base_model_id is not null), false) as states_base,
    from core.submissions_by_key as submissions
    anti join on_hub on on_hub.model_key = submissions.model_key
    group by submissions.model_key
),
named_bases as (
    select declared.model_key
    from core.base_models_by_key as declared
    join core.models as bases on bases.model_key = declared.base_model_key
    left join of_boards on of_boards.model_key = declared.model_key
    where declared.is_declared_on_hub or of_boards.model_key is not null
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
        case
            when models.license_class in ('permissive', 'copyleft') then true
            when models.license_rule != 'none declared' or on_hub.model_key is not null or of_boards.states_license then false
        end as has_open_license,
        case
            when models.model_key in (select model_key from core.training_data_by_key) then true
            when on_hub.model_key is not null then false
        end as has_training_data,
        case
            when models.model_key in (select model_key from core.papers_by_key) then true
            when on_hub.model_key is not null then false
        end as has_paper,
        case
            when models.model_key in (select model_key from named_bases) then true
            when on_hub.model_key is not null or of_boards.states_base then false
        end as has_known_base,
    from core.models
    left join on_hub on on_hub.model_key = models.model_key
    left join of_boards on of_boards.model_key = models.model_key
)
select
    model_key, /* repository */
    has_open_weights, /* listed on the Hub, and not gated; NULL: not known whether it is gated */
    has_open_license, /* the declared licence is permissive or copyleft: anybody may use it for anything; NULL: no source that states licences holds it */
    has_training_data, /* names a dataset, in its tags or its card; loaders and words for nothing are none; NULL: neither a listing nor details hold it */
    has_paper, /* names a paper on arXiv in its tags: its own, or one that it builds on; NULL: neither a listing nor details hold it */
    has_known_base, /* names a base model that is a repository which some source lists, or is the base model of a curated release; NULL: no source that states base models says */
    (
        coalesce(has_open_weights::int, 0) + coalesce(has_open_license::int, 0) + coalesce(has_training_data::int, 0)
        + coalesce(has_paper::int, 0) + coalesce(has_known_base::int, 0)
    )::int as openness, /* how many of these five, 0 to 5; of those that are known, where any is NULL */
    (
        (has_open_weights is not null)::int + (has_open_license is not null)::int + (has_training_data is not null)::int
        + (has_paper is not null)::int + (has_known_base is not null)::int
    )::int as known_parts, /* how many of these five are known, 0 to 5 */
from parts
order by model_key
