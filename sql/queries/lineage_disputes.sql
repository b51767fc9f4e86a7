-- grain: fact
-- Of how many models that stand on one a claim about their day or their base is not believed, so that they are drawn elsewhere, or not at all.
with root as (
    select model_key from marts.lineage_models where model_id = $root
),
family as (
    select model_key from core.lineage_by_key where ancestor_key in (from root)
    union
    from root
)
select fact, count(distinct model_key) as models
from core.disputes
where fact in ('date', 'base model')
    and claim is distinct from used
    and rule not in ('official lead', 'younger than a derivative')
    and model_key in (from family)
group by fact
order by fact
