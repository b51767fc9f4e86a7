-- grain: dataset, kind, standing, models
-- stored
-- How many owners have so many models, and how many contributors have written in so many repositories, those who are left out too.
with owned as (
    select
        dataset,
        owner,
        case
            when bool_or(appeared_rule in ('undated: createdAt floor', 'undated: upload floor')) then 'before dates'
            when count(appeared_on) = 0 then 'undated'
            else 'dated'
        end as standing,
        count(*) as models,
    from marts.models
    group by dataset, owner
),
written as (
    select
        models.dataset,
        contributors.contributor,
        if(count(coalesce(commits.first_commit_at, commits.last_commit_at)) = 0, 'undated', 'dated') as standing,
        count(*) as models,
    from core.contributors_by_key as contributors
    join (select dataset, model_key from marts.models) as models using (model_key)
    left join core.repository_commits_by_key as commits using (model_key)
    group by models.dataset, contributors.contributor
),
everybody as (
    select dataset, 'owners' as kind, standing, models
    from owned
    union all
    select dataset, 'contributors', standing, models
    from written
)
select
    dataset, /* hub, v2, v1 or the id of an official benchmark */
    kind, /* owners of repositories, or contributors: people who wrote commits, bots left out */
    standing, /* dated; undated: when they began is not known; before dates: they had a model before dates were recorded */
    models, /* models of one of them */
    count(*) as authors, /* owners or contributors with so many */
from everybody
group by all
order by all
