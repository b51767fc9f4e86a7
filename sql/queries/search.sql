-- grain: kind, name
-- Models, owners, families and releases whose name contains the words that were typed, in their order: the whole name first, then names that begin with it, then words that do, then others; the most used first.
-- Of the models that contain it, the five hundred most used are compared: they stand first in the mart, so that a common text ends the search early.
with hits as (
    (select *, null as release_id, null::date as released_on from marts.search_entries where kind != 'model' and contains(folded_name, $longest_word) and folded_name like $pattern escape '\')
    union all
    (select *, null, null from marts.search_entries where kind = 'model' and contains(folded_name, $longest_word) and folded_name like $pattern escape '\' limit 500) -- noqa: AM09, the mart is in order
    union all
    select 'release', label, replace(lower(label), ' ', '-') as folded_name, null, null, null, null, null, 0, release_id, released_on
    from core.releases
    where replace(lower(label), ' ', '-') like $pattern escape '\'
),
ranked as (
    select
        *,
        case
            when folded_name = $typed or ends_with(folded_name, '/' || $typed) then 0
            when starts_with(folded_name, $typed) or contains(folded_name, '/' || $typed) then 1
            when contains(folded_name, '-' || $typed) or contains(folded_name, '_' || $typed) or contains(folded_name, '.' || $typed) then 2
            else 3
        end as distance,
    from hits
)
select kind, name, models, parameters_b, score, dataset, downloads_30d, release_id, released_on
from ranked
where kind != 'release' or distance < 3
qualify row_number() over (partition by kind order by distance, place) <= if(kind = 'model', 8, 3)
-- of one name, the model stands before its family
order by distance, kind != 'owner', kind = 'family' and lower(name) = $typed, place
