-- grain: day, model_id, kind
-- scratch
-- What changed between two listings of the Hub and could be taken back by the next one: presence, and what is declared. A change that
-- the very next listing takes back is none, and neither is its reversal; one that no later listing has seen yet is not confirmed.
with compared_days as (
    select 'presence' as source, max(day) as last_on from core.adoption_days
    union all
    select 'facts', max(day) from staging.hub_fact_changes
),
renamed as ( -- the repository that had this name then, and has another one now
    select facts.day, facts.model_id, facts.kind, arg_min(former.series_id, former.day) as series_id
    from staging.hub_fact_changes as facts
    join core.former_names as former on former.former_name = facts.model_id and former.day > facts.day
    group by facts.day, facts.model_id, facts.kind
),
landed as (
    select
        moves.day,
        moves.since,
        adopted.model_id,
        'presence' as fact,
        'presence' as source,
        if(moves.change = 'gone', 'listed', 'gone') as before,
        if(moves.change = 'gone', 'gone', 'listed') as after,
        moves.last_downloads_30d,
    from core.listing_moves as moves
    join core.adopted using (series_id)
    where moves.change in ('gone', 'back')
    union all
    select facts.day, facts.since, coalesce(adopted.model_id, facts.model_id), facts.kind, 'facts', facts.before, facts.after, null
    from staging.hub_fact_changes as facts
    left join renamed using (day, model_id, kind)
    left join core.adopted as adopted using (series_id)
    where facts.kind != 'compared'
),
neighboured as (
    select
        *,
        coalesce(
            since = lag(day) over in_order
            and before is not distinct from lag(after) over in_order
            and after is not distinct from lag(before) over in_order,
            false
        ) as takes_back,
    from (from landed qualify row_number() over (partition by model_id, fact, day order by before nulls first, after nulls first) = 1)
    window in_order as (partition by model_id, fact order by day)
),
grouped as (
    select *, count(*) filter (not takes_back) over (partition by model_id, fact order by day) as group_number
    from neighboured
),
counted as (
    select
        *,
        count(*) over (partition by model_id, fact, group_number) as steps,
        row_number() over (partition by model_id, fact, group_number order by day desc) as steps_left,
    from grouped
)
select
    counted.day,
    counted.since,
    counted.model_id,
    if(counted.fact = 'presence', if(counted.after = 'gone', 'gone', 'back'), counted.fact) as kind,
    if(counted.fact = 'presence', null, counted.before) as before,
    if(counted.fact = 'presence', null, counted.after) as after,
    counted.last_downloads_30d,
    counted.day < compared_days.last_on as is_confirmed,
from counted
join compared_days using (source)
where counted.steps % 2 = 1 and counted.steps_left = 1
