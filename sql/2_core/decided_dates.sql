-- grain: model_key
-- scratch
-- The day on which a model appeared is the first of these: its own curated date; the release's date, for a repository of it created before; the Hub's
-- createdAt; the upload date; the first submission; else undated. Then the bounds: it is not older than its class, nor than a base
-- whose date is curated (up to 35 days early it gets that day, more the first submission after it), nor younger than its first score,
-- except officially before a curated date, by at most 35 days. Here are those of which more is known than the Hub's createdAt.
with unbounded as (
    select
        claimed.*,
        coalesce(created_at::date, uploaded_on, submitted_on) as claimed_on,
        case when created_at is not null then 'Hub createdAt' when uploaded_on is not null then 'upload date' else 'first submission' end as claimed_by,
        case
            -- a release that is still to come when its repository was seen dates nothing yet
            when curated_on <= last_seen_at::date then 'curated release date'
            when released_on <= last_seen_at::date and coalesce(claimed_on, date '0001-01-01') <= released_on then 'date of its release'
            when created_rule is not null then created_rule
            when uploaded_on = date '2022-03-02' then 'undated: upload floor'
            when uploaded_on is not null then 'upload date'
            when dating_submissions[1] = submitted_on then 'first submission'
            when submitted_on is not null then 'undated: late board'
            else 'undated: no date'
        end as rule,
        case rule
            when 'curated release date' then curated_on::timestamp
            when 'date of its release' then released_on::timestamp
            when 'Hub createdAt' then created_at
            when 'upload date' then uploaded_on::timestamp
            when 'first submission' then dating_submissions[1]::timestamp
        end as unbounded_at,
        rule in ('curated release date', 'date of its release') as is_curated,
        coalesce(is_curated and is_official and date_diff('day', submitted_on, unbounded_at::date) <= 35, false) as is_official_if_early,
        -- a release that others than its owner scored before its date is no younger than that score
        if(is_official_if_early, unbounded_at::date, least(unbounded_at::date, submitted_on)) as bounds_on,
    from core.claimed_dates as claimed
),
base_dates as (
    select lineage.model_key, max(base.bounds_on) as base_on, arg_max(lineage.ancestor_key, {'bounds_on': base.bounds_on, 'key': lineage.ancestor_key}) as base_key
    from core.lineage_by_key as lineage
    join (
        select model_key, bounds_on from unbounded where is_curated
        union all
        -- a release's repository that is known by declarations alone
        select model_key, released_on from core.release_repositories anti join core.repositories using (model_key)
    ) as base on base.model_key = lineage.ancestor_key
    join core.claimed_dates as model on model.model_key = lineage.model_key
    where base.bounds_on <= model.last_seen_at::date -- the model was there to be seen before any later release
    group by lineage.model_key
),
-- The latest of the days before which the model cannot have been there.
with_bounds as (
    select
        unbounded.*,
        base_dates.base_on,
        base_dates.base_key,
        -- a bound beyond the snapshot itself is no bound: the model was there to be seen
        if(is_curated, null, greatest(if(class_first_on <= last_seen_at::date, class_first_on, null), if(base_on <= last_seen_at::date, base_on, null))) as bound_on,
        case when unbounded_at is null or bound_on is null or unbounded_at::date >= bound_on then null when bound_on = class_first_on then 'class' else 'base' end as bound_by,
        date_diff('day', unbounded_at::date, bound_on) as days_early,
    from unbounded
    left join base_dates using (model_key)
),
bounded as (
    select
        * exclude (rule, unbounded_at),
        rule as unbounded_rule,
        unbounded_at,
        list_filter(dating_submissions, lambda day: day >= bound_on)[1] as submission_after,
        case
            when bound_by is null then rule
            when days_early <= 35 then 'first day of its ' || bound_by
            when submission_after is not null then 'first submission, for it is older than its ' || bound_by
            else 'undated: older than its ' || bound_by
        end as bounded_rule,
        case
            when bound_by is null then unbounded_at
            when days_early <= 35 then bound_on::timestamp
            else submission_after::timestamp
        end as bounded_at,
    from with_bounds
),
scored as (
    select
        *,
        bounded_at::date > submitted_on as is_scored_before,
        is_official_if_early as is_official_lead,
    from bounded
)
select
    model_key,
    case
        when not coalesce(is_scored_before, false) or is_official_lead then bounded_rule
        when len(dating_submissions) > 0 and dating_submissions[1] = submitted_on then 'first submission, for it is older than ' || if(is_curated, 'the curated date', 'its date')
        else 'undated: scored before its date'
    end as appeared_rule,
    case
        when not coalesce(is_scored_before, false) or is_official_lead then bounded_at
        when len(dating_submissions) > 0 and dating_submissions[1] = submitted_on then submitted_on::timestamp
    end as appeared_at,
    unbounded_rule,
    unbounded_at,
    claimed_on,
    claimed_by,
    is_curated,
    bound_by,
    bound_on,
    base_key,
    class_name,
    submitted_on,
    leaderboard,
    coalesce(is_scored_before, false) as is_scored_before,
    coalesce(is_official_lead, false) as is_official_lead,
from scored
