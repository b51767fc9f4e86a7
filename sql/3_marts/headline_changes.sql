-- grain: dataset, view, figure, rule
-- scratch
-- The headline figure of changes: how many there are in the dates of the page at first, under each rule. Rules about evaluations and days decide which models set records; of all other changes only those of models that a rule leaves out are not counted.
with measured as (
    select
        dataset,
        rule,
        appeared_on,
        generate_subscripts(scores, 1) as place, -- first the mean score
        unnest(scores) as score,
    from marts.scores_by_rule
    where type != 'pending'
        and appeared_on is not null
        and rule in (
            'default', 'evaluation-first', 'evaluation-latest', 'evaluation-median', 'merges-out', 'dates-believed', 'hub-dates', 'floor-opening'
        )
),
bests as (
    select dataset, rule, place, appeared_on, max(score) as score
    from measured
    where score is not null and (place = 1 or dataset in ('v1', 'v2'))
    group by dataset, rule, place, appeared_on
),
compared as (
    select
        dataset,
        rule,
        appeared_on,
        score > max(score) over (partition by dataset, rule, place order by appeared_on rows between unbounded preceding and 1 preceding) as is_record,
    from bests
),
records as (
    select compared.dataset, compared.rule, count(*) filter (compared.is_record and compared.appeared_on between datasets.default_start and datasets.default_end) as changes
    from compared
    join marts.datasets using (dataset)
    group by compared.dataset, compared.rule
),
listed as (
    select
        datasets.dataset,
        coalesce(models.is_merge, false) as is_merge,
        coalesce(models.appeared_rule in ('undated: createdAt floor', 'undated: upload floor'), false) as is_of_floor,
        count(*) as changes,
    from marts.changes
    join marts.datasets on changes.day between datasets.default_start and datasets.default_end
    left join core.models on models.model_key = changes.model_key
    left join marts.models as shown on shown.dataset = datasets.dataset and shown.model_key = changes.model_key
    where changes.is_confirmed
        and changes.kind not in ('appeared', 'record')
        and (
            changes.leaderboard = if(datasets.dataset = 'hub', '', datasets.dataset)
            or (datasets.dataset != 'hub' and changes.leaderboard = '' and shown.model_key is not null)
        )
    group by all
),
others as (
    select
        datasets.dataset,
        rules.rule,
        coalesce(sum(listed.changes), 0)::bigint as changes,
    from marts.datasets
    cross join (
        select rule
        from core.headline_rules
        where rule in (
            'default', 'evaluation-first', 'evaluation-latest', 'evaluation-median', 'merges-out', 'dates-believed', 'hub-dates', 'floor-opening',
            'floor-out'
        )
    ) as rules
    left join listed
        on listed.dataset = datasets.dataset
        and not (rules.rule = 'merges-out' and listed.is_merge)
        and not (rules.rule = 'floor-out' and listed.is_of_floor)
    group by datasets.dataset, rules.rule
),
summed as (
    select others.dataset, others.rule, others.changes + coalesce(records.changes, 0) as changes
    from others
    left join records on records.dataset = others.dataset and records.rule = if(others.rule = 'floor-out', 'default', others.rule)
)
select dataset, 'changes' as view, 'changes' as figure, rule, changes::double as value, changes as n, null as name, null::varchar[] as holders
from summed
where (dataset != 'hub' or rule in ('default', 'merges-out', 'floor-out'))
    and dataset in (select dataset from summed where rule = 'default' and changes > 0)
