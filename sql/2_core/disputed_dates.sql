-- grain: model_key, claimant, claim
-- scratch
-- Dates that are not believed. A repository can be older than the model in it (replaced under its name), or made anew long after it;
-- owners upload before they release, days apart; nothing is older than the class that it needs or the base that it is made from.
with younger_bases as (
    -- the base is not moved: in most of these it was made anew, mirrored or renamed, and the derivative is right
    select distinct
        edges.base_model_key as model_key,
        base.appeared_rule as claimant,
        base.appeared_at::date as claim,
        null::date as used,
        'younger than a derivative' as rule,
        if(
            base.appeared_rule = 'first submission',
            'a model that names it as its base is older: it was there before it was first submitted, and that day is not known',
            'a model that names it as its base is older: one of the two was made anew or renamed, or the base is a wrong one; the date is kept'
        ) as why,
    from core.base_models_by_key as edges
    join core.dates as model on model.model_key = edges.model_key
    join core.dates as base on base.model_key = edges.base_model_key
    where base.appeared_at::date > model.appeared_at::date
        and base.appeared_rule in ('Hub createdAt', 'upload date', 'first submission')
),
moved as (
    select
        model_key,
        claimed_by as claimant,
        claimed_on as claim,
        appeared_at::date as used,
        appeared_rule as rule,
        case
            when is_curated and claimed_on > appeared_at::date then 'the repository was made after the release'
            when is_curated and appeared_rule = unbounded_rule then 'its owner uploaded it before the release, and opened it then'
            when is_curated then 'it was scored before the curated day, and not by its owner'
            when is_scored_before then 'it was scored before: the repository was made anew'
            when bound_by = 'class' then 'its class did not exist yet: the repository held something else'
            else 'its base was released later: the repository held something else, was filled later, or its owner uploaded it before the release'
        end as why,
    from core.decided_dates
    where claimed_on is not null
        and (
            appeared_rule != unbounded_rule
            or (is_curated and claimed_on < unbounded_at::date)
            -- the floor claims nothing
            or (is_curated and claimed_on > unbounded_at::date and claimed_on != date '2022-03-02')
        )
        and claimed_on != coalesce(appeared_at::date, date '0001-01-01')
        and not (claimed_by = 'first submission' and is_official_lead)
),
overruled as (
    select
        model_key,
        unbounded_rule as claimant,
        unbounded_at::date as claim,
        appeared_at::date as used,
        appeared_rule as rule,
        'it was scored before that day, and not by its owner within 35 days' as why,
    from core.decided_dates
    where is_curated and appeared_rule != unbounded_rule
),
after_their_snapshot as (
    select
        model_key,
        'Hub createdAt' as claimant,
        created_at::date as claim,
        null::date as used,
        appeared_rule as rule,
        'the listing that names it is older than that' as why,
    from core.dates
    where appeared_rule = 'undated: createdAt after its snapshot'
),
official_leads as (
    select
        model_key,
        'leaderboard ' || leaderboard as claimant,
        submitted_on as claim,
        appeared_at::date as used,
        'official lead' as rule,
        'an official provider submitted it before its release: the release stands' as why,
    from core.decided_dates
    where is_scored_before and is_official_lead
)
select
    model_key,
    claimant,
    claim::varchar as claim,
    if(rule = 'younger than a derivative', 'kept, in doubt', coalesce(used::varchar, 'undated')) as used,
    rule,
    why,
from (from moved union all by name from overruled union all by name from after_their_snapshot union all by name from official_leads union all by name from younger_bases)
qualify row_number() over (partition by model_key, claimant, claim order by rule) = 1
