-- grain: dataset, view, figure, rule
-- scratch
-- Headline figures of the community: owners with a first model in the last complete month, their share of all that published in it, and how many owners published again later, under each rule.
-- Most owners are counted by every rule as by default: only those with a model that a rule counts otherwise are counted once more.
with about as (
    select
        dataset,
        default_start,
        default_end,
        (select opened_on from core.datasets where dataset = 'hub') as opened_on,
    from marts.datasets
),
rules as (
    select rule from core.headline_rules where rule in ('default', 'merges-out', 'dates-believed', 'hub-dates', 'floor-out')
),
months as (
    select periods.dataset, periods.period, periods.last_day >= about.default_start and periods.period <= about.default_end as is_in_dates
    from marts.periods
    join about using (dataset)
    where periods.unit = 'month'
        and not periods.is_open
        and not periods.is_filling
        and not periods.is_missing_late_submissions
        and periods.period >= about.opened_on
),
affected as (
    select distinct otherwise.dataset, otherwise.rule, models.owner
    from marts.counted_otherwise as otherwise
    join marts.models on models.dataset = otherwise.dataset and models.model_key = otherwise.model_key
    where otherwise.rule in ('merges-out', 'dates-believed', 'hub-dates', 'floor-out')
),
-- as by default, to be taken out, and as by the rule
published as (
    select
        models.dataset,
        affected.rule,
        signs.weight,
        models.owner,
        date_trunc('month', if(signs.weight = 1 and otherwise.model_key is not null, otherwise.appeared_on, models.appeared_on))::date as month,
        bool_or(models.appeared_rule in ('undated: createdAt floor', 'undated: upload floor')) as existed_before,
    from affected
    join marts.models on models.dataset = affected.dataset and models.owner = affected.owner
    cross join (select unnest([-1, 1]) as weight) as signs
    left join marts.counted_otherwise as otherwise
        on otherwise.dataset = models.dataset and otherwise.model_key = models.model_key and otherwise.rule = affected.rule
    where not (signs.weight = 1 and coalesce(otherwise.is_left_out, false))
    group by all
),
spans as (
    select dataset, rule, weight, owner, if(bool_or(existed_before), null, min(month)) as joined_in
    from published
    group by dataset, rule, weight, owner
),
parts as (
    select owners_by_month.dataset, rules.rule, owners_by_month.joined_in, owners_by_month.month, owners_by_month.owners
    from marts.owners_by_month
    cross join rules
    union all
    select published.dataset, published.rule, spans.joined_in, published.month, published.weight
    from published
    join spans using (dataset, rule, weight, owner)
    where published.month is not null
),
counted as (
    select dataset, rule, joined_in, month, sum(owners)::bigint as owners
    from parts
    group by dataset, rule, joined_in, month
    having sum(owners) > 0
),
last_months as (
    select dataset, max(period) as month from months where is_in_dates group by dataset
),
of_month as (
    select
        last_months.dataset,
        rules.rule,
        coalesce(sum(counted.owners), 0)::bigint as owners,
        coalesce(sum(counted.owners) filter (counted.joined_in = counted.month), 0)::bigint as new_owners,
    from last_months
    cross join rules
    left join counted on counted.dataset = last_months.dataset and counted.rule = rules.rule and counted.month = last_months.month
    group by last_months.dataset, rules.rule
),
cohorts as (
    select counted.dataset, counted.rule, counted.joined_in, counted.owners
    from counted
    join months on months.dataset = counted.dataset and months.period = counted.joined_in and months.is_in_dates
    where counted.month = counted.joined_in
),
ages as (
    select unnest([3, 6, 12]) as age
),
cells as (
    select cohorts.*, ages.age, months.period, max(ages.age) over (partition by cohorts.dataset, cohorts.rule) as last_age
    from cohorts
    cross join ages
    join months on months.dataset = cohorts.dataset and datediff('month', cohorts.joined_in, months.period) = ages.age
),
-- of the months that are old enough for the longest time that any is old enough for
old_enough as (
    select *, bool_or(age = last_age) over (partition by dataset, rule, joined_in) as is_counted
    from cells
),
returned as (
    select
        old_enough.dataset,
        old_enough.rule,
        old_enough.age,
        sum(old_enough.owners)::bigint as owners,
        coalesce(sum(counted.owners), 0)::bigint as returned,
    from old_enough
    left join counted
        on counted.dataset = old_enough.dataset
        and counted.rule = old_enough.rule
        and counted.joined_in = old_enough.joined_in
        and counted.month = old_enough.period
    where old_enough.is_counted
    group by old_enough.dataset, old_enough.rule, old_enough.age
)
select dataset, 'community' as view, 'new-owners' as figure, rule, new_owners::double as value, owners as n, null as name, null::varchar[] as holders
from of_month
union all
select dataset, 'community', 'new-owner-share', rule, 100.0 * new_owners / owners, owners, null, null
from of_month
where owners > 0
union all
select dataset, 'community', 'again-' || age, rule, 100.0 * returned / owners, owners, null, null
from returned
