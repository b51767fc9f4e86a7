-- grain: view, figure, rule
-- The headline figures of a dataset under each rule that can move them, with how they are written: first the views and figures in their order, of each figure the value by default, then the others.
select
    headlines.view,
    headlines.figure,
    listed.label,
    listed.subject,
    headlines.unit,
    listed.decimals,
    listed.is_signed,
    listed.turns_by,
    headlines.rule,
    rules.label as rule_label,
    rules.meaning as rule_meaning,
    headlines.value,
    headlines.n,
    headlines.name,
    headlines.holders,
    rules.counted_by,
from marts.headlines as headlines
join core.headline_figures as listed using (view, figure)
join core.headline_rules as rules using (rule)
where headlines.dataset = $dataset
order by headlines.view, listed.rank, headlines.figure, rules.rank
