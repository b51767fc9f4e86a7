-- grain: dataset, appeared_in, counted_on, contributors
-- stored
-- Repositories whose contributors are known, by the month in which they appeared, the day of the answer and how many people wrote in them.
select
    models.dataset,
    date_trunc('month', models.appeared_on)::date as appeared_in, /* month in which the repository appeared, its first day; NULL is undated */
    commits.counted_on, /* day on which its commits were counted, UTC: what came later is not in it */
    commits.contributors, /* people who wrote commits, bots left out */
    count(*) as repositories, /* repositories */
from core.repository_commits_by_key as commits
join (select dataset, model_key, appeared_on from marts.models) as models using (model_key)
where commits.contributors > 0
group by all
order by all
