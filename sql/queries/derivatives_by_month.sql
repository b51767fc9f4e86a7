-- grain: period, relation
-- Descendants of one model by the month in which they appeared, and their relation.
select date_trunc('month', models.appeared_at)::date as period, models.relation, count(*) as models
from core.lineage_by_key as lineage
join core.models using (model_key)
where lineage.ancestor_key = $model_key and models.appeared_at is not null
group by all
order by period, relation
