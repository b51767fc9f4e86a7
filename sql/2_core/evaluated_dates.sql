-- grain: leaderboard, model_key
-- scratch
-- When an evaluated model counts on a leaderboard: on the day when it appeared, but a copy of a release no later than what it copies,
-- for these are scores of the same weights, whenever somebody uploaded them again. Where the original is undated or no source names it,
-- the day of its release stands for it.
with copies as (
    select
        named.base_model_key as model_key,
        min(coalesce(originals.appeared_at::date, release_models.released_on)) as original_on,
    from core.release_models
    join core.parents as named on named.base_model_id = release_models.model_id
    left join core.parents as original on original.base_model_id = release_models.copy_of
    left join core.models as originals on originals.model_key = original.base_model_key
    where release_models.copy_of is not null or release_models.kind = 'mirror'
    group by named.base_model_key
)
select
    evaluations.leaderboard,
    evaluations.model_key,
    copies.original_on is not null
    and copies.original_on < coalesce(models.appeared_at::date, evaluations.first_submitted_on, models.last_seen_at::date) as is_dated_by_original,
    if(is_dated_by_original, copies.original_on, models.appeared_at::date) as appeared_on,
    if(is_dated_by_original, 'date of what it copies', models.appeared_rule) as dated_by,
from core.evaluations_by_key as evaluations
join core.models using (model_key)
left join copies using (model_key)
