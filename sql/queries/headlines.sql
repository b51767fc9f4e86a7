-- grain: view, figure, rule
-- The headline figures of a dataset under each rule that can move them, with how they are written: first the views and figures in their order, of each figure the value by default, then the others.
select
    headlines.view,
    headlines.figure,
    listed.label,
    headlines.unit,
    listed.decimals::int as decimals,
    listed.is_signed::boolean as is_signed,
    listed.turns_by,
    headlines.rule,
    rules.label as rule_label,
    rules.meaning as rule_meaning,
    headlines.value,
    headlines.n,
    headlines.name,
from marts.headlines as headlines
join core.headline_figures as listed using (view, figure)
join core.headline_rules as rules using (rule)
where headlines.dataset = $dataset
order by headlines.view, listed.rank::int, headlines.figure, rules.rank::int
