-- grain: owner
-- One row per owner of repositories, with where it has its seat, as seeds/organisation_regions.csv says with a source. An owner that nobody
-- reviewed is not reviewed: nothing is guessed of its name, its language or what it builds on, and nothing of the reviewed is spread over it.
-- An organisation that was renamed stands in the list under both names.
with owners as (
    select
        owner,
        max(region) as region,
    from core.models
    group by owner
)
select
    owners.owner, /* owner, as its repositories spell it */
    owners.region, /* us; china; eu: Europe, the United Kingdom and Switzerland too; other: another country, or no single one; individuals: persons' accounts, wherever they live; not reviewed */
    coalesce(reviewed.kind, 'unknown') as kind, /* company, university, institute, community, individual, or organisation where its source says no more; unknown: not reviewed */
    case
        when reviewed.owner is null then 'not reviewed'
        when reviewed.owner = owners.owner then 'in the reviewed list'
        else 'in the reviewed list, in other letter case'
    end as rule, /* how that was decided */
    reviewed.source, /* where the region stands, an address; NULL: not reviewed */
from owners
left join seeds.organisation_regions as reviewed on lower(reviewed.owner) = lower(owners.owner)
order by owners.owner
