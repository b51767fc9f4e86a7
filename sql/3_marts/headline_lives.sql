-- grain: dataset, view, figure, rule
-- scratch
-- The headline figure of endurance: the share of releases that had not fallen below a tenth of their peak half a year after their day, by Kaplan and Meier, under each rule.
-- Where a rule says another day of a release, its weeks are counted from that, as marts.lifetimes counts them from the one that is used.
with about as (
    select dataset, kind = 'hub' as is_text_generation_only, default_start, default_end from marts.datasets
),
reach as (
    select min(week) as first_week, max(week) as last_week from core.read_weeks
),
moved as (
    select distinct
        adopted.series_id,
        adopted.model_key,
        otherwise.rule,
        otherwise.appeared_on as ruled_on,
        date_trunc('week', adopted.first_on)::date as first_week,
        if(adopted.gone_on < (select max(day) from core.adoption_days), adopted.gone_on, null) as removed_on,
    from marts.counted_otherwise as otherwise
    join core.adopted_by_key as adopted using (model_key)
    where otherwise.rule in ('dates-believed', 'hub-dates')
),
due as (
    select
        moved.*,
        date_trunc('week', moved.ruled_on)::date as birth_week,
        greatest(date_trunc('week', moved.ruled_on + 29)::date, moved.first_week, reach.first_week) as due_week,
    from moved
    cross join reach
    where moved.ruled_on is not null and due_week <= reach.last_week
),
launched as (
    select due.series_id, due.rule, min(read_weeks.week) as entry_week
    from due
    join core.read_weeks on read_weeks.week >= due.due_week
    group by due.series_id, due.rule
),
followed as (
    select due.*, launched.entry_week
    from due
    join launched using (series_id, rule)
    join staging.hub_adoption_weeks as weeks on weeks.series_id = due.series_id and weeks.week = launched.entry_week
    where weeks.downloads_30d >= 100
),
readings as (
    select
        followed.series_id,
        followed.rule,
        weeks.week,
        followed.entry_week,
        (weeks.week - followed.birth_week) // 7 as age,
        weeks.downloads_30d,
        max(weeks.downloads_30d) over so_far as peak_so_far,
        lead(weeks.downloads_30d) over (partition by followed.series_id, followed.rule order by weeks.week) as next_downloads_30d,
    from followed
    join staging.hub_adoption_weeks as weeks on weeks.series_id = followed.series_id
    where weeks.downloads_30d is not null and weeks.week >= followed.birth_week
    window so_far as (partition by followed.series_id, followed.rule order by weeks.week rows between unbounded preceding and current row)
),
ends as (
    select
        series_id,
        rule,
        min(age) filter (week > entry_week and downloads_30d * 10 < peak_so_far and next_downloads_30d * 10 < peak_so_far) as fell_at,
        max(age) filter (next_downloads_30d is not null) as followed_to,
    from readings
    group by series_id, rule
),
-- of each release as by default, and as by a rule where that says another day
lives as (
    select
        lifetimes.dataset,
        'default' as rule,
        lifetimes.series_id,
        lifetimes.appeared_on,
        lifetimes.entry,
        lifetimes.duration,
        lifetimes.event = 'fell' as is_fallen,
        lifetimes.is_text_generation,
    from marts.lifetimes
    union all
    select
        datasets.dataset,
        followed.rule,
        followed.series_id,
        followed.ruled_on,
        ((followed.entry_week - followed.birth_week) // 7)::int,
        coalesce(ends.fell_at, (date_trunc('week', followed.removed_on)::date - followed.birth_week) // 7, ends.followed_to)::int,
        ends.fell_at is not null,
        coalesce(models.pipeline_tag = 'text-generation', false),
    from followed
    join core.models using (model_key)
    join ends using (series_id, rule)
    join (
        select 'hub' as dataset, model_key from followed
        union
        select dataset, model_key from marts.models where dataset != 'hub'
    ) as datasets on datasets.model_key = followed.model_key
),
ruled as (
    select lives.dataset, rules.rule, lives.appeared_on, lives.entry, lives.duration, lives.is_fallen, lives.is_text_generation
    from lives
    cross join (select rule from core.headline_rules where rule in ('default', 'merges-out', 'dates-believed', 'hub-dates')) as rules
    left join moved on moved.series_id = lives.series_id and moved.rule = rules.rule
    left join core.adopted_by_key as adopted on adopted.series_id = lives.series_id
    left join core.models on models.model_key = adopted.model_key
    where if(moved.series_id is null, lives.rule = 'default', lives.rule = rules.rule)
        and not (rules.rule = 'merges-out' and coalesce(models.is_merge, false))
),
counted as (
    select ruled.dataset, ruled.rule, ruled.entry, ruled.duration, ruled.is_fallen, count(*) as releases
    from ruled
    join about using (dataset)
    where ruled.appeared_on between about.default_start and about.default_end
        and (ruled.is_text_generation or not about.is_text_generation_only)
        and ruled.duration > ruled.entry
    group by ruled.dataset, ruled.rule, ruled.entry, ruled.duration, ruled.is_fallen
),
weeks as (
    select
        counted.dataset,
        counted.rule,
        series.week,
        sum(counted.releases) filter (counted.entry < series.week and counted.duration >= series.week) as at_risk,
        coalesce(sum(counted.releases) filter (counted.duration = series.week and counted.is_fallen), 0) as fell,
    from counted
    cross join (select unnest(generate_series(1, 27)) as week) as series
    group by counted.dataset, counted.rule, series.week
),
-- a curve begins in the first week with ten at risk, and ends where there are fewer again
begun as (
    select dataset, rule, min(week) filter (at_risk >= 10) as first_week from weeks group by dataset, rule
),
curves as (
    select
        weeks.dataset,
        weeks.rule,
        coalesce(exp(sum(ln(1 - weeks.fell / weeks.at_risk)) filter (weeks.week <= 26 and weeks.fell < weeks.at_risk)), 1)
        * (count(*) filter (weeks.week <= 26 and weeks.fell = weeks.at_risk) = 0)::int as survival,
    from weeks
    join begun on begun.dataset = weeks.dataset and begun.rule = weeks.rule and weeks.week >= begun.first_week
    group by weeks.dataset, weeks.rule
    having coalesce(min(weeks.at_risk) filter (weeks.week <= 26), 10) >= 10
        and count(*) filter (weeks.week <= 26 and weeks.at_risk is null) = 0
)
select
    curves.dataset,
    'endurance' as view,
    'half-a-year' as figure,
    curves.rule,
    100 * curves.survival as value,
    (select sum(counted.releases) from counted where counted.dataset = curves.dataset and counted.rule = curves.rule)::bigint as n,
    null as name,
    null::varchar[] as holders,
from curves
