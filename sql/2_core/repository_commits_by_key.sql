-- grain: model_key
-- Commits of a repository, from the latest landed answer about it. As stored; read core.repository_commits.
with people as (
    select snapshot_id, row_number, unnest(authors) as author
    from staging.hub_commits
),
counted as (
    select
        snapshot_id,
        row_number,
        count(distinct if(author in (select user from seeds.bots), null, author)) as contributors,
    from people
    where author != ''
    group by snapshot_id, row_number
)
select
    names.model_key, /* repository */
    answers.commits, /* commits on its main branch; NULL where there are too many for the answer */
    if(answers.commits is null, null, counted.contributors) as contributors, /* users who wrote them, without the bots of seeds/bots.csv; NULL where the answer names no user, or not those of all commits */
    answers.first_commit_at, /* first commit, UTC; NULL where the answer does not reach back to it */
    answers.last_commit_at,
    snapshots.as_of::date as counted_on, /* day of the answer, UTC: what came later is not in it */
    answers.snapshot_id, /* landed snapshot of hub_commits that it comes from */
from staging.hub_commits as answers
join core.snapshots on snapshots.source = 'hub_commits' and snapshots.snapshot_id = answers.snapshot_id
join core.names on names.name = answers.model_id
left join counted on counted.snapshot_id = answers.snapshot_id and counted.row_number = answers.row_number
qualify row_number() over (
    partition by names.model_key order by snapshots.as_of desc, answers.snapshot_id desc, answers.row_number desc
) = 1
order by names.model_key
