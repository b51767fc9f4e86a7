-- grain: week, part
-- Downloads in 30 days of a base and of what descends from it, at the end of each complete week of the history of adoption; of the 5,000 families that are used most.
select
    week,
    if(relation = 'base', 'the base itself', 'what descends from it') as part,
    sum(models)::int as models,
    sum(downloads_30d)::bigint as downloads_30d,
from marts.adoption_by_family_and_week
semi join core.adoption_weeks using (week)
where family = $model_id
group by all
order by week, part
