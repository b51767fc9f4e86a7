-- grain: kind, name
-- Models, owners, families and releases whose name contains the words that were typed, in their order: the whole name first, then names that begin with it, then words that do, then others; the most used first; of releases, whose first word begins one in the label, the newest first.
-- Of the models that contain it, the five hundred most used are compared: they stand first in the mart, so that a common text ends the search early.
with releases_in_reach as (
    -- those that the view of derivatives can follow, on the Hub rather than on a leaderboard
    select
        releases.release_id,
        any_value(releases.label) as label,
        any_value(releases.released_on) as released_on,
        arg_max(datasets.dataset, {'is_hub': datasets.kind = 'hub', 'as_of': datasets.as_of, 'dataset': datasets.dataset}) as shown_on,
    from core.releases
    join marts.datasets on releases.released_on - 28 <= datasets.as_of::date and releases.released_on + 180 >= datasets.first_on
    where releases.model_id is not null and datasets.kind in ('hub', 'leaderboard')
    group by releases.release_id
),
hits as (
    (select *, null as release_id, null::date as released_on, null as shown_on, null as label from marts.search_entries where kind != 'model' and contains(folded_name, $longest_word) and folded_name like $pattern escape '\')
    union all
    (select *, null, null, null, null from marts.search_entries where kind = 'model' and contains(folded_name, $longest_word) and folded_name like $pattern escape '\' limit 500) -- noqa: AM09, the mart is in order
    union all
    select
        'release', null, null, replace(lower(label), ' ', '-'), null, null, null, null, null,
        row_number() over (order by released_on desc, label), release_id, released_on, shown_on, label
    from releases_in_reach
    where ' ' || replace(lower(label), '-', ' ') like '% ' || replace(substr($pattern, 2), '-', ' ') escape '\'
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
),
nearest as (
    from ranked
    qualify row_number() over (partition by kind order by distance, place) <= if(kind = 'model', 8, 3)
)
select
    nearest.kind,
    coalesce(models.model_id, nearest.owner, nearest.label) as name,
    nearest.models,
    nearest.parameters_b,
    nearest.score,
    nearest.dataset,
    nearest.downloads_30d,
    nearest.release_id,
    nearest.released_on,
    nearest.shown_on,
from nearest
left join core.models using (model_key)
-- of one name, the model stands before its family
order by nearest.distance, nearest.kind != 'owner', nearest.kind = 'family' and nearest.distance = 0, nearest.place, nearest.kind
