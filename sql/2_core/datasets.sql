-- grain: dataset
-- The datasets that a perspective can show: the Hub, the two leaderboards, and each official benchmark that has landed.
select
    dataset, /* hub, v2, v1 or the id of an official benchmark */
    kind, /* hub, leaderboard or benchmark */
    label, /* full name */
    short_label, /* short name */
    opened_on::date as opened_on, /* first day */
    dated_from::date as dated_from, /* a submission before this day says only that the model is not younger */
    closed_on::date as closed_on, /* last submission, where it is a closed archive */
    source, /* where these dates are from */
from seeds.datasets
union all
select
    leaderboard,
    'benchmark',
    coalesce(seeds.official_benchmarks.label, split_part(leaderboard, '/', 2) || ' (benchmark of ' || split_part(leaderboard, '/', 1) || ')'),
    coalesce(seeds.official_benchmarks.short_label, split_part(leaderboard, '/', 2)),
    null,
    null,
    null,
    coalesce(seeds.official_benchmarks.source, 'https://huggingface.co/datasets/' || leaderboard),
from (select distinct leaderboard from staging.hub_benchmarks)
left join seeds.official_benchmarks on seeds.official_benchmarks.dataset = leaderboard
