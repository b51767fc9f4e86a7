-- grain: dataset, month
-- stored
-- New and returning contributors by month, as far as summaries of commits tell: of each repository they have its first and last commit and the names.
-- Where one person alone wrote, the first commit is that person's; where several did, each of them joined between the first commit and the last.
with written as (
    select
        models.dataset,
        contributors.contributor,
        commits.contributors = 1 as is_alone,
        commits.first_commit_at::date as first_on,
        commits.last_commit_at::date as last_on,
    from core.contributors_by_key as contributors
    join core.repository_commits_by_key as commits using (model_key)
    join (select dataset, model_key from marts.models) as models using (model_key)
),
bounds as (
    select
        dataset,
        contributor,
        date_trunc('month', min(first_on))::date as joined_from,
        date_trunc('month', min(if(is_alone, first_on, last_on)))::date as joined_by,
    from written
    group by dataset, contributor
),
joined as (
    select
        dataset,
        joined_by as month,
        count(*) filter (joined_from = joined_by) as joined_then,
        count(*) filter (joined_from is distinct from joined_by) as joined_by_then,
    from bounds
    where joined_by is not null
    group by dataset, joined_by
),
began as (
    select distinct dataset, contributor, date_trunc('month', first_on)::date as month
    from written
    where is_alone and first_on is not null
),
returned as (
    select began.dataset, began.month, count(*) as returned
    from began
    join bounds using (dataset, contributor)
    where bounds.joined_by < began.month
    group by began.dataset, began.month
)
select
    dataset,
    month, /* month, its first day */
    coalesce(joined.joined_then, 0) as joined_then, /* contributors whose first commit is of this month */
    coalesce(joined.joined_by_then, 0) as joined_by_then, /* contributors whose first commit is of this month or an earlier one: several people wrote, and the summary does not say who came when */
    coalesce(returned.returned, 0) as returned, /* contributors who had joined before and began a repository of their own in this month: at least so many came back */
from joined
full join returned using (dataset, month)
order by dataset, month
