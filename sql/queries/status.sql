-- grain: dataset
-- What each dataset shows and leaves out, and how many of its models stand on which date.
with rules as (
    select dataset, appeared_rule, sum(models)::bigint as models
    from marts.model_counts_by_type
    group by all
)
select
    datasets.dataset,
    datasets.kind,
    datasets.as_of,
    datasets.models,
    datasets.dated,
    datasets.undated,
    datasets.flagged,
    datasets.folded,
    if(datasets.kind = 'benchmark', 0, snapshots.rows - if(datasets.dataset = 'hub', datasets.models, datasets.evaluations)) as no_models,
    string_agg(format('{:,} {}', rules.models, rules.appeared_rule), ', ' order by rules.models desc, rules.appeared_rule) as rules,
from marts.datasets
join rules using (dataset)
join core.snapshots on snapshots.snapshot_id = datasets.snapshot_id and snapshots.source = case datasets.kind when 'hub' then 'hub_listing' when 'benchmark' then 'hub_benchmarks' else 'leaderboard_' || datasets.dataset end
group by all
order by datasets.dataset
