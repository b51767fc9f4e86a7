-- grain: dataset, view, figure, rule
-- stored
-- The headline figures of the overview and of each view as the page shows a dataset at first, by default and once for each rule that can move the figure, with everything else as by default. Which these are stands
-- in core.headline_figures, and what each rule says in core.headline_rules. While the Hub is chosen, figures of scores are those of the newest leaderboard.
with measured as (
    select *, dataset as counted_dataset from marts.headline_counts
    union all
    select *, dataset from marts.headline_scores
    union all
    select 'hub', view, figure, rule, value, n, name, dataset
    from marts.headline_scores
    where dataset = (select arg_max(dataset, opened_on) from marts.datasets where kind = 'leaderboard')
        and exists (from marts.datasets where kind = 'hub')
    union all
    select *, dataset from marts.headline_use
),
-- where the listing is older than most of the models, or has few of them, the Hub alone dates too few to say anything
dated_by_hub as (
    select dataset
    from marts.models_by_rule
    where rule = 'hub-dates'
    group by dataset
    having 2 * count(appeared_on) >= count(*)
)
select
    measured.dataset, /* the chosen dataset: hub, v2, v1 or the id of an official benchmark */
    measured.view, /* the view that says it */
    measured.figure, /* name of the figure, as in core.headline_figures */
    headlines.unit,
    measured.rule, /* default, or the one rule that differs, as in core.headline_rules */
    round(measured.value, 6) as value, /* the figure, with six decimals, for sums of fractions depend on their order; NULL: there is none under this rule */
    measured.n, /* models it stands on; of gains pairs, of an index by owner owners */
    measured.name, /* model, type, architecture or owner that it is of; NULL: of all together */
from measured
join core.headline_figures as headlines on headlines.view = measured.view and headlines.figure = measured.figure
where (measured.rule = 'default' or list_contains(str_split(headlines.rules, ';'), measured.rule))
    and (measured.rule != 'hub-dates' or measured.counted_dataset in (select dataset from dated_by_hub))
order by measured.dataset, measured.view, measured.figure, measured.rule
