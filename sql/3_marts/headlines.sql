-- grain: dataset, view, figure, rule
-- stored
-- The headline figures of the overview and of each view as the page shows a dataset at first, by default and once for each rule that can move the figure, with everything else as by default. Which these are stands
-- in core.headline_figures, and what each rule says in core.headline_rules. While the Hub is chosen, figures of scores are those of the newest leaderboard.
with boards as (
    select dataset, dataset as board from marts.datasets
    union all
    select dataset, (select arg_max(dataset, opened_on) from marts.datasets where kind = 'leaderboard')
    from marts.datasets
    where kind = 'hub'
),
-- where the listing is older than most of the models, or has few of them, the Hub alone dates too few to say anything
dated_by_hub as (
    select models.dataset
    from marts.models
    left join marts.counted_otherwise as otherwise on otherwise.dataset = models.dataset and otherwise.model_key = models.model_key and otherwise.rule = 'hub-dates'
    where models.dataset != 'hub' or models.is_text_generation
    group by models.dataset
    having 2 * count(if(otherwise.model_key is null, models.appeared_on, otherwise.appeared_on)) >= count(*)
),
measured as (
    select *, dataset as counted_dataset from marts.headline_counts
    union all
    select dataset, 'releases', figure, rule, value, n, name, holders, dataset from marts.headline_counts where view = 'architectures'
    union all
    select *, dataset from marts.headline_releases
    union all
    select *, dataset from marts.headline_owners
    union all
    select *, dataset from marts.headline_changes
    union all
    select boards.dataset, scores.view, scores.figure, scores.rule, scores.value, scores.n, scores.name, scores.holders, scores.dataset
    from marts.headline_scores as scores
    join boards on boards.board = scores.dataset
    union all
    select boards.dataset, ladders.view, ladders.figure, ladders.rule, ladders.value, ladders.n, ladders.name, ladders.holders, ladders.dataset
    from marts.headline_ladders as ladders
    join boards on boards.board = ladders.dataset
    union all
    select *, dataset from marts.headline_use
    union all
    select *, dataset from marts.headline_families
    union all
    select *, dataset from marts.headline_lives
    union all
    select *, dataset from marts.headline_shifts
)
select
    measured.dataset, /* the chosen dataset: hub, v2, v1 or the id of an official benchmark */
    measured.view, /* the view that says it */
    measured.figure, /* name of the figure, as in core.headline_figures */
    headlines.unit,
    measured.rule, /* default, or the one rule that differs, as in core.headline_rules */
    round(measured.value, 6) as value, /* the figure, with six decimals, for sums of fractions depend on their order; NULL: there is none under this rule */
    measured.n, /* models it stands on; of gains pairs, of an index by owner owners */
    measured.name, /* model, base, release, type, architecture or owner that it is of; NULL: of all together */
    measured.holders, /* models that decide it: the holder of the record or of the lead, and what it is compared with; of a figure of many models the largest one, and none where it is left out; NULL: no single model does */
from measured
join core.headline_figures as headlines on headlines.view = measured.view and headlines.figure = measured.figure
where (measured.rule = 'default' or list_contains(str_split(headlines.rules, ';'), measured.rule))
    and (measured.rule != 'hub-dates' or measured.counted_dataset in (select dataset from dated_by_hub))
order by measured.dataset, measured.view, measured.figure, measured.rule
