-- How it is known when a model appeared
-- grain: dataset, appeared_rule
-- Each decision keeps the rule that made it in a column beside it: appeared_rule, architecture_rule, license_rule …
select
    dataset,
    appeared_rule,
    count(*) as models,
    round(count(*) / sum(count(*)) over (partition by dataset), 4) as share,
    min(appeared_on) as first_on,
    max(appeared_on) as last_on,
from marts.models
group by dataset, appeared_rule
order by dataset, models desc, appeared_rule
