-- grain: dataset, kind, author
-- stored
-- Owners and contributors of each dataset's models, dated or not, most models first; those who are left out hold their place and have no row.
with written as (
    select dataset, 'owners' as kind, owner as author from marts.models
    union all
    select dataset, 'contributors' as kind, contributor as author
    from core.contributors_by_key
    join (select dataset, model_key from marts.models) using (model_key)
),
counted as (
    select dataset, kind, author, count(*) as models
    from written
    group by all
)
select
    dataset, /* hub, v2, v1 or the id of an official benchmark */
    kind, /* owners or contributors */
    author, /* owner of repositories, or contributor to them */
    models, /* models, in all */
    row_number() over (partition by dataset, kind order by models desc, author)::int as place, /* place by models, ties by name */
from counted
qualify not starts_with(author, 'left-out/')
order by dataset, kind, place
