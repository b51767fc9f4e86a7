-- grain: appeared_rule
-- How many dated models of a dataset stand on which rule.
select
    appeared_rule,
    sum(models)::bigint as models
from marts.model_counts_by_type
where dataset = $dataset
    and appeared_on is not null
group by all
order by models desc, appeared_rule
