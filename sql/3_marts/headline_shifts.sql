-- grain: dataset, view, figure, rule
-- scratch
-- The headline figure of the architecture whose share of the downloads in 30 days changed most in a year, in percentage points, under each rule; the same whichever dataset is chosen.
with listed_days as (
    select days.day, days.stretch
    from core.adoption_days as days
    join marts.adoption_by_day as sums using (day)
    where sums.dimension = 'all' and sums.downloads_30d > 0
),
latest as (
    select max(day) as day, arg_max(stretch, day) as stretch from listed_days
),
compared as (
    select latest.stretch, latest.day, max(listed_days.day) as day_before
    from latest
    join listed_days on listed_days.stretch = latest.stretch and listed_days.day <= (select max(day) from core.adoption_days) - 365
    group by latest.stretch, latest.day
    having max(listed_days.day) >= latest.day - 379 -- at most two weeks more than a year before
),
profiles as (
    select distinct profile, architecture, believed_architecture, is_merge, is_of_floor from core.adoption_profiles
),
summed as (
    select
        profiles.architecture,
        profiles.believed_architecture,
        profiles.is_merge,
        profiles.is_of_floor,
        sum(changes.models) as models,
        sum(changes.downloads_30d) as downloads,
        coalesce(sum(changes.downloads_30d) filter (changes.day <= compared.day_before), 0) as downloads_before,
    from core.adoption_changes as changes
    join profiles using (profile)
    join core.adoption_days as days on days.day = changes.day
    join compared on compared.stretch = days.stretch and changes.day <= compared.day
    group by profiles.architecture, profiles.believed_architecture, profiles.is_merge, profiles.is_of_floor
),
largest as (
    select adopted.series_id, models.model_id, models.architecture
    from core.largest_models as largest
    join core.models on models.model_key = largest.repository_key
    join core.adopted_by_key as adopted on adopted.model_key = largest.repository_key
    where largest.basis = 'listing' and largest.dataset = 'hub'
),
-- the most downloaded model, on both days, to be taken out
of_largest as (
    select
        any_value(largest.architecture) as architecture,
        any_value(largest.model_id) as model_id,
        coalesce(arg_max(if(moves.change = 'gone', 0, moves.downloads_30d), moves.day), 0) as downloads,
        coalesce(arg_max(if(moves.change = 'gone', 0, moves.downloads_30d), moves.day) filter (moves.day <= compared.day_before), 0) as downloads_before,
    from largest
    join core.adoption as moves using (series_id)
    join compared on compared.stretch = moves.stretch and moves.day <= compared.day
    having count(*) > 0
),
ruled as (
    select
        rules.rule,
        if(rules.rule = 'architectures-believed', summed.believed_architecture, summed.architecture) as architecture,
        summed.models,
        summed.downloads,
        summed.downloads_before,
    from summed
    cross join (select rule from core.headline_rules where rule in ('default', 'merges-out', 'architectures-believed', 'floor-out', 'largest-out')) as rules
    where not (rules.rule = 'merges-out' and summed.is_merge)
        and not (rules.rule = 'floor-out' and summed.is_of_floor)
    union all
    select 'largest-out', architecture, -1, -downloads, -downloads_before
    from of_largest
),
by_architecture as (
    select rule, architecture, sum(models) as models, sum(downloads) as downloads, sum(downloads_before) as downloads_before
    from ruled
    group by rule, architecture
),
shares as (
    select
        *,
        sum(models) over of_rule as all_models,
        100.0 * downloads / sum(downloads) over of_rule - 100.0 * downloads_before / sum(downloads_before) over of_rule as change,
    from by_architecture
    window of_rule as (partition by rule)
),
changed as (
    select *
    from shares
    where architecture not in ('Other', 'Unknown', 'Rare') and change is not null
    qualify row_number() over (partition by rule order by abs(change) desc, architecture) = 1
)
select
    datasets.dataset,
    'overview' as view,
    'share-shift' as figure,
    changed.rule,
    changed.change::double as value,
    changed.all_models::bigint as n,
    changed.architecture as name,
    case changed.rule when 'default' then named.holders when 'largest-out' then [] end as holders,
from changed
cross join marts.datasets
left join (select list(model_id) as holders from of_largest) as named on true
where exists (from marts.datasets where kind = 'hub')
    and (changed.rule != 'largest-out' or exists (from of_largest))
