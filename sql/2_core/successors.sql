-- grain: model_key
-- scratch
-- Repositories that moved to another owner, as told by whole owners: a name that no source lists any more, and the repository of that name
-- under the owner to whom most names of the same owner went.
-- One name alone proves nothing, for names repeat and copies are uploaded. So an owner has moved where at least three names, two thirds
-- of all that are listed elsewhere, have one new owner, and no other owner has as many; each such repository was created on the Hub no
-- later than the old name was submitted to a leaderboard, or declared as a base for the first time.
-- Only the licence is taken from a successor: scores and dates stay those of the name under which they were given.
with used as (
    select model_key, submitted_on as used_on from core.submissions_by_key
    union all
    select edges.base_model_key, dates.appeared_at::date
    from core.base_models_by_key as edges
    join core.dates on dates.model_key = edges.model_key
),
unlisted as (
    select model_key, model_id from core.repositories where not is_on_hub
    union all
    select model_key, model_id from core.unknown_parents
),
unlisted_names as (
    select
        unlisted.model_key,
        split_part(unlisted.model_id, '/', 1) as owner,
        lower(split_part(unlisted.model_id, '/', 2)) as name,
        min(used.used_on) as first_used_on,
    from unlisted
    join used using (model_key)
    where contains(unlisted.model_id, '/') and not starts_with(unlisted.model_id, 'left-out/')
    group by unlisted.model_key, owner, name
),
listed as (
    select model_key, split_part(model_id, '/', 1) as owner, lower(split_part(model_id, '/', 2)) as name, created_at
    from core.dates
    where is_listed
        and created_at is not null
        and not starts_with(model_id, 'left-out/')
        and lower(split_part(model_id, '/', 2)) in (select name from unlisted_names)
),
matches as (
    select unlisted_names.model_key, unlisted_names.owner, unlisted_names.name, listed.owner as new_owner, min(listed.model_key) as successor_key
    from unlisted_names
    join listed on listed.name = unlisted_names.name and listed.owner != unlisted_names.owner and listed.created_at::date <= unlisted_names.first_used_on
    -- what stands on the old name is no successor
    left join core.base_models_by_key as edges on edges.model_key = listed.model_key and edges.base_model_key = unlisted_names.model_key
    where edges.model_key is null
    group by unlisted_names.model_key, unlisted_names.owner, unlisted_names.name, listed.owner
),
names as (
    select owner, count(distinct name) as names from matches group by owner
),
moves as (
    select owner, new_owner, count(distinct name) as moved from matches group by owner, new_owner
),
most as (
    select owner, max(moved) as moved from moves group by owner
),
moved_owners as (
    select moves.owner, min(moves.new_owner) as new_owner
    from moves
    join most using (owner, moved)
    join names using (owner)
    where moves.moved >= 3 and moves.moved * 3 >= names.names * 2
    group by moves.owner
    having count(*) = 1
)
select matches.model_key, matches.successor_key
from matches
join moved_owners using (owner, new_owner)
