-- grain: dataset
-- Whom a dataset counts: its owners and contributors, of which months they are not known; of how many models the contributors are known, and
-- on which days those were counted; the day on which it closed, if it did.
with people as (
    select
        sum(authors) filter (kind = 'owners') as owners,
        sum(authors) filter (kind = 'owners' and standing = 'before dates') as owners_before_dates,
        sum(authors) filter (kind = 'owners' and standing = 'undated') as owners_undated,
        sum(authors) filter (kind = 'contributors') as contributors,
        sum(authors) filter (kind = 'contributors' and standing = 'undated') as contributors_undated,
    from marts.contributions
    where dataset = $dataset
),
answers as (
    select
        sum(repositories) as repositories,
        sum(repositories) filter (contributors > 1) as shared,
        min(counted_on) as counted_from,
        max(counted_on) as counted_until,
    from marts.repositories_by_contributors
    where dataset = $dataset
)
select
    datasets.dataset,
    datasets.models,
    datasets.closed_on,
    coalesce(people.owners, 0)::bigint as owners,
    coalesce(people.owners_before_dates, 0)::bigint as owners_before_dates,
    coalesce(people.owners_undated, 0)::bigint as owners_undated,
    coalesce(people.contributors, 0)::bigint as contributors,
    coalesce(people.contributors_undated, 0)::bigint as contributors_undated,
    coalesce(answers.repositories, 0)::bigint as repositories,
    coalesce(answers.shared, 0)::bigint as shared,
    answers.counted_from,
    answers.counted_until,
from marts.datasets
cross join people
cross join answers
where datasets.dataset = $dataset
order by datasets.dataset
