-- grain: model_key
-- scratch
-- When a model appeared: curated release date, the Hub's createdAt, the upload date, the earliest submission; else undated.
with curated as (
    select model_id, min(released_on) as released_on
    from (
        select model_id, released_on from core.releases where model_id is not null
        union all
        select model_id, released_on from core.curated_bases where released_on is not null
    )
    group by model_id
),
submitted as (
    select
        model_key,
        min(uploaded_on) as uploaded_on,
        min(submitted_on) as submitted_on,
        arg_min(leaderboard, submitted_on) as leaderboard,
    from core.keyed_submissions
    group by model_key
),
known as (
    select
        repositories.*,
        coalesce(listed.created_at, detailed.created_at) as created_at, -- the listing's word goes first
        curated.released_on,
        submitted.uploaded_on,
        submitted.submitted_on,
        submitted.leaderboard,
    from core.repositories
    left join core.listed using (model_key)
    left join core.detailed using (model_key)
    left join curated on curated.model_id = repositories.model_id
    left join submitted using (model_key)
),
decided as (
    select
        *,
        case
            when released_on is not null then 'curated release date'
            when created_at between timestamp '2022-03-02 23:29:00' and timestamp '2022-03-02 23:29:09.999999' then 'undated: createdAt floor'
            when created_at > last_seen_at + interval 1 day then 'undated: createdAt after its snapshot'
            when created_at is not null then 'Hub createdAt'
            when uploaded_on = date '2022-03-02' then 'undated: upload floor'
            when uploaded_on is not null then 'upload date'
            when submitted_on < (select dated_from from core.datasets where dataset = 'v1') and leaderboard = 'v1' then 'undated: late board'
            when submitted_on is not null then 'first submission'
            else 'undated: no date'
        end as appeared_rule,
    from known
)
select
    model_key,
    model_id,
    last_seen_at,
    is_listed,
    created_at,
    appeared_rule,
    case appeared_rule
        when 'curated release date' then released_on::timestamp
        when 'Hub createdAt' then created_at
        when 'upload date' then uploaded_on::timestamp
        when 'first submission' then submitted_on::timestamp
    end as appeared_at,
from decided
