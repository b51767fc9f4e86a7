-- grain: model_key
-- scratch
-- A hash over all that the sources declare of a repository and that something is decided by: while it stays what it was, what was
-- decided of the repository alone stands. Figures that move every day are no part of it. Texts are hashed behind a space as well:
-- two that differ in two signs may have the same hash, but not both times.
with submitted as (
    select
        submissions.model_key,
        bit_xor(hash(
            submissions.leaderboard, submissions.evaluation_id, submissions.architecture_class, ' ' || submissions.architecture_class,
            submissions.license, ' ' || submissions.license, submissions.base_model_id, ' ' || submissions.base_model_id,
            submissions.is_flagged, chosen.evaluation_id, ' ' || chosen.evaluation_id
        )) as declared_hash,
    from core.submissions_by_key as submissions
    left join core.evaluations_by_key as chosen using (leaderboard, evaluation_id, model_key)
    group by submissions.model_key
)
select
    repositories.model_key,
    hash(repositories.read_as, ' ' || repositories.read_as, listed.declared_hash, detailed.declared_hash, submitted.declared_hash) as fact_hash,
from core.repositories
left join core.listed using (model_key)
left join core.detailed using (model_key)
left join submitted using (model_key)
