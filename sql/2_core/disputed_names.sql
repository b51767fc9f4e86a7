-- grain: model_key, claimant, claim
-- scratch
-- Names of repositories that are not their ids. The Hub resolves ids without regard to letter case, and legacy names without an owner
-- to their successors; where only one spelling of a repository is flagged, the other stands, and this says so.
with written as (
    select names.model_key, 'a source' as claimant, aliases.name as claim, aliases.model_id as used, aliases.is_renamed
    from core.aliases
    join core.names using (name)
    union
    select base_model_key, 'declarations of a base', base_model_id, model_id, is_renamed
    from core.parents
    where base_model_id != model_id and is_known
)
select
    model_key,
    claimant,
    claim,
    used,
    if(is_renamed, 'legacy name', 'letter case') as rule,
    if(is_renamed, 'the repository moved to an owner, and the Hub follows the old name', 'the Hub resolves ids without regard to letter case') as why,
from written
qualify row_number() over (partition by model_key, claimant, claim order by used) = 1
union all
select
    flagged.model_key,
    'leaderboard ' || flagged.leaderboard,
    'flagged as ' || flagged.name,
    'not flagged as ' || unflagged.name,
    'flagged under one spelling',
    'the leaderboard flagged the repository under one spelling only: the other evaluation stands',
from (
    select model_key, leaderboard, min(coalesce(submitted_as, 'its id')) as name
    from core.submissions_by_key
    group by model_key, leaderboard, submitted_as
    having bool_and(is_flagged)
) as flagged
join (
    select model_key, leaderboard, min(coalesce(submitted_as, 'its id')) as name
    from core.submissions_by_key
    where not is_flagged
    group by model_key, leaderboard
    having count(*) > 0
) as unflagged using (model_key, leaderboard)
