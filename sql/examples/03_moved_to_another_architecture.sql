-- Who moved from one architecture to another
-- grain: owner, from_architecture, to_architecture
-- An owner's leading architecture is the named one with most new models in a year, ties by name. Shown are owners with at
-- least three models of it in both of two years running, and another one in the second.
with by_year as (
    select owner, year(appeared_at) as in_year, architecture, count(*) as models
    from core.models
    where appeared_at is not null and architecture not in ('Other', 'Unknown') and owner is not null
    group by all
),
first_of_each as (
    select *
    from by_year
    where models >= 3
    qualify row_number() over (partition by owner, in_year order by models desc, architecture) = 1
),
moves as (
    select
        owner,
        lag(architecture) over years as from_architecture,
        architecture as to_architecture,
        lag(models) over years as models_before,
        models,
        in_year,
        lag(in_year) over years as year_before,
    from first_of_each
    window years as (partition by owner order by in_year)
)
select owner, from_architecture, to_architecture, max(in_year) as in_year, max(models_before) as models_before, max(models) as models
from moves
where from_architecture != to_architecture and year_before = in_year - 1
group by all
order by models desc, owner, from_architecture, to_architecture
limit 500
