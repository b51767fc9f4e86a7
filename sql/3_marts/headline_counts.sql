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
models as (
    select
        counted.*,
        counted.appeared_on between about.default_start and about.default_end as is_in_dates,
        counted.appeared_on between complete.first_day and complete.last_day as is_complete,
        counted.appeared_on between complete.last_period and complete.last_day as is_of_last_period,
        case
            when counted.appeared_on >= about.window_end - 91 and counted.appeared_on < about.window_end then true
            when counted.appeared_on >= about.window_end - 182 and counted.appeared_on < about.window_end - 91 then false
        end as is_of_last_window,
    from marts.models_by_rule as counted
    join about on about.dataset = counted.dataset
    left join complete on complete.dataset = counted.dataset
),
totals as (
    select
        dataset,
        rule,
        count(*) as models,
        count(*) filter (is_in_dates) as new_models,
        count(*) filter (is_of_last_period) as models_of_last_period,
        count(*) filter (is_complete) as complete_models,
    from models
    group by dataset, rule
),
types as (
    select
        dataset,
        rule,
        type,
        count(*) filter (is_complete) as models,
        row_number() over (partition by dataset, rule order by count(*) filter (is_complete) desc, count(*) filter (is_in_dates) desc, type) as place,
    from models
    group by dataset, rule, type
),
owners as (
    select dataset, rule, owner, count(*) as models, rank() over (partition by dataset, rule order by count(*) desc) as place
    from models
    where is_in_dates and not starts_with(owner, 'left-out/')
    group by dataset, rule, owner
),
most_active as (
    select dataset, rule, sum(models) as models, min(owner) filter (place = 1) as first_owner
    from owners
    where place <= 10
    group by dataset, rule
),
by_owner as (
    select dataset, rule, architecture, owner, is_of_last_window, count(*) as models
    from models
    where is_of_last_window is not null and not starts_with(owner, 'left-out/')
    group by dataset, rule, architecture, owner, is_of_last_window
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
select dataset, 'overview' as view, 'models-tracked' as figure, rule, models::double as value, models::bigint as n, null as name
from totals
union all
select totals.dataset, 'overview', 'new-models', totals.rule, totals.models_of_last_period::double, totals.models_of_last_period, null
from totals
join complete using (dataset)
union all
select dataset, 'overview', 'leading-share', rule, share, models::bigint, architecture
from named
where place = 1 and share > 0
union all
select types.dataset, 'model-types', 'leading-type', types.rule, 100 * types.models / totals.complete_models, totals.complete_models, types.type
from types
join totals using (dataset, rule)
where types.place = 1 and totals.complete_models > 0
union all
select most_active.dataset, 'author-activity', 'ten-most-active', most_active.rule, 100 * most_active.models / totals.new_models, totals.new_models, most_active.first_owner
from most_active
join totals using (dataset, rule)
union all
select dataset, 'architectures', 'rose-most', rule, change, models::bigint, architecture
from named
where place_from_top = 1 and change > 0
union all
select dataset, 'architectures', 'fell-most', rule, change, models::bigint, architecture
from named
where place_from_end = 1 and change < 0
