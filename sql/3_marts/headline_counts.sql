-- grain: dataset, view, figure, rule
-- scratch
-- Headline figures that count models: how many there are, which new ones appeared, of which type, by which owners, and which architectures rise and fall, under each rule.
-- The dates, their unit and the days of which submissions are still missing are those of the page at first, whatever the rule.
with about as (
    select
        dataset,
        default_unit,
        default_start,
        default_end,
        date_trunc('week', least(default_end + 1, as_of::date, coalesce(settled_on + 1, default_end + 1)))::date as window_end,
    from marts.datasets
),
complete as (
    select
        periods.dataset,
        min(periods.period) as first_day,
        max(periods.last_day) as last_day,
        max(periods.period) as last_period,
    from marts.periods
    join about on about.dataset = periods.dataset and about.default_unit = periods.unit
    where periods.period >= about.default_start
        and periods.last_day <= about.default_end
        and not periods.is_open
        and not periods.is_filling
        and not periods.is_missing_late_submissions
    group by periods.dataset
),
-- once as by default, and for each rule what differs: what it counts otherwise is taken out as by default, and counted as by the rule
counted as (
    select dataset, 'default' as rule, 1 as weight, owner, type, architecture, appeared_on
    from marts.models
    where dataset != 'hub' or is_text_generation
    union all
    select
        models.dataset,
        counted_otherwise.rule,
        signs.weight,
        models.owner,
        if(signs.weight = 1, counted_otherwise.type, models.type),
        if(signs.weight = 1, counted_otherwise.architecture, models.architecture),
        if(signs.weight = 1, counted_otherwise.appeared_on, models.appeared_on),
    from marts.counted_otherwise
    join marts.models on models.dataset = counted_otherwise.dataset and models.model_key = counted_otherwise.model_key
    cross join (select unnest([-1, 1]) as weight) as signs
    where (models.dataset != 'hub' or models.is_text_generation)
        and not (counted_otherwise.is_left_out and signs.weight = 1)
),
-- which parts add up to what a rule counts
parts as (
    select unnest(['default', rule]) as part, rule
    from core.headline_rules
    where rule in ('evaluation-first', 'evaluation-latest', 'merges-out', 'dates-believed', 'architectures-believed', 'hub-dates', 'floor-out')
    union all
    select 'default', 'default'
),
models as (
    select
        counted.dataset,
        counted.rule as part,
        counted.weight,
        counted.owner,
        counted.type,
        counted.architecture,
        coalesce(counted.appeared_on between about.default_start and about.default_end, false) as is_in_dates,
        coalesce(counted.appeared_on between complete.first_day and complete.last_day, false) as is_complete,
        coalesce(counted.appeared_on between complete.last_period and complete.last_day, false) as is_of_last_period,
        case
            when counted.appeared_on >= about.window_end - 91 and counted.appeared_on < about.window_end then true
            when counted.appeared_on >= about.window_end - 182 and counted.appeared_on < about.window_end - 91 then false
        end as is_of_last_window,
    from counted
    join about on about.dataset = counted.dataset
    left join complete on complete.dataset = counted.dataset
),
by_type as (
    select
        dataset,
        part,
        type,
        sum(weight) as models,
        sum(weight * is_in_dates::int) as new_models,
        sum(weight * is_of_last_period::int) as models_of_last_period,
        sum(weight * is_complete::int) as complete_models,
    from models
    group by dataset, part, type
),
types as (
    select
        by_type.dataset,
        parts.rule,
        by_type.type,
        sum(by_type.models)::bigint as models,
        sum(by_type.new_models)::bigint as new_models,
        sum(by_type.models_of_last_period)::bigint as models_of_last_period,
        sum(by_type.complete_models)::bigint as complete_models,
        row_number() over (
            partition by by_type.dataset, parts.rule order by sum(by_type.complete_models) desc, sum(by_type.new_models) desc, by_type.type
        ) as place,
    from by_type
    join parts on parts.part = by_type.part
    group by by_type.dataset, parts.rule, by_type.type
),
totals as (
    select
        dataset,
        rule,
        sum(models)::bigint as models,
        sum(new_models)::bigint as new_models,
        sum(models_of_last_period)::bigint as models_of_last_period,
        sum(complete_models)::bigint as complete_models,
    from types
    group by dataset, rule
),
-- a rule changes the counts of few owners, so all others stand for every rule
by_owner_and_part as (
    select dataset, part, owner, sum(weight)::bigint as models
    from models
    where is_in_dates and not starts_with(owner, 'left-out/')
    group by dataset, part, owner
),
owners as (
    select by_owner.dataset, parts.rule, by_owner.owner, sum(by_owner.models)::bigint as models, rank() over (partition by by_owner.dataset, parts.rule order by sum(by_owner.models) desc) as place
    from by_owner_and_part as by_owner
    join parts on parts.part = by_owner.part
    where parts.rule in ('default', 'merges-out', 'dates-believed', 'hub-dates')
    group by by_owner.dataset, parts.rule, by_owner.owner
    having sum(by_owner.models) > 0
),
most_active as (
    select dataset, rule, sum(models) as models, min(owner) filter (place = 1) as first_owner
    from owners
    where place <= 10
    group by dataset, rule
),
of_windows as (
    select dataset, part, architecture, owner, is_of_last_window, sum(weight)::bigint as models
    from models
    where is_of_last_window is not null and not starts_with(owner, 'left-out/')
    group by dataset, part, architecture, owner, is_of_last_window
),
by_owner as (
    select of_windows.dataset, parts.rule, of_windows.architecture, of_windows.owner, of_windows.is_of_last_window, sum(of_windows.models)::bigint as models
    from of_windows
    join parts on parts.part = of_windows.part
    where parts.rule in ('default', 'merges-out', 'dates-believed', 'architectures-believed', 'hub-dates')
    group by of_windows.dataset, parts.rule, of_windows.architecture, of_windows.owner, of_windows.is_of_last_window
    having sum(of_windows.models) > 0
),
-- of an owner with more than ten models in a window each counts less, so that they count as ten together
weighted as (
    select *, models * least(1, 10 / sum(models) over (partition by dataset, rule, is_of_last_window, owner)) as weight
    from by_owner
),
summed as (
    select
        dataset,
        rule,
        architecture,
        sum(weight) filter (is_of_last_window) as weight,
        sum(weight) filter (not is_of_last_window) as weight_before,
    from weighted
    group by dataset, rule, architecture
),
in_windows as (
    select
        dataset,
        rule,
        count(distinct owner) filter (is_of_last_window) as owners,
        count(distinct owner) filter (not is_of_last_window) as owners_before,
        sum(models) filter (is_of_last_window) as models,
    from by_owner
    group by dataset, rule
),
shares as (
    select
        dataset,
        rule,
        architecture,
        100 * coalesce(weight, 0) / sum(weight) over of_rule as share,
        100 * (coalesce(weight, 0) / sum(weight) over of_rule - coalesce(weight_before, 0) / sum(weight_before) over of_rule) as change,
        coalesce(weight, 0) as weight,
    from summed
    window of_rule as (partition by dataset, rule)
),
-- with fewer than twenty owners in either window a single one would decide
named as (
    select
        shares.*,
        in_windows.models,
        row_number() over (partition by shares.dataset, shares.rule order by shares.weight desc, shares.architecture) as place,
        row_number() over (partition by shares.dataset, shares.rule order by shares.change desc, shares.weight desc, shares.architecture) as place_from_top,
        row_number() over (partition by shares.dataset, shares.rule order by shares.change, shares.weight desc, shares.architecture) as place_from_end,
    from shares
    join in_windows using (dataset, rule)
    where shares.architecture not in ('Other', 'Unknown')
        and in_windows.owners >= 20
        and in_windows.owners_before >= 20
)
select dataset, 'overview' as view, 'models-tracked' as figure, rule, models::double as value, models::bigint as n, null as name, null::varchar[] as holders
from totals
union all
select totals.dataset, 'overview', 'new-models', totals.rule, totals.models_of_last_period::double, totals.models_of_last_period, null, null
from totals
join complete using (dataset)
union all
select dataset, 'overview', 'leading-share', rule, share, models::bigint, architecture, null
from named
where place = 1 and share > 0
union all
select types.dataset, 'model-types', 'leading-type', types.rule, 100 * types.complete_models / totals.complete_models, totals.complete_models, types.type, null
from types
join totals using (dataset, rule)
where types.place = 1 and totals.complete_models > 0
union all
select most_active.dataset, 'author-activity', 'ten-most-active', most_active.rule, 100 * most_active.models / totals.new_models, totals.new_models, most_active.first_owner, null
from most_active
join totals using (dataset, rule)
union all
select dataset, 'architectures', 'rose-most', rule, change, models::bigint, architecture, null
from named
where place_from_top = 1 and change > 0
union all
select dataset, 'architectures', 'fell-most', rule, change, models::bigint, architecture, null
from named
where place_from_end = 1 and change < 0
