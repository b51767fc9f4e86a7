-- grain: dataset, view, figure, rule
-- scratch
-- Headline figures of releases: how many declared derivatives appeared in the first 180 days after the release that most models of the dates derive from, under each rule.
with about as (
    select
        dataset,
        kind = 'hub' as is_text_generation_only,
        default_start,
        default_end,
        first_on,
        least(as_of::date - 1, coalesce(settled_on, as_of::date - 1)) as last_complete_day,
    from marts.datasets
),
rules as (
    select rule from core.headline_rules where rule in ('default', 'merges-out', 'dates-believed', 'hub-dates')
),
derived as (
    select
        models.dataset,
        descendants.release_id,
        rules.rule,
        models.is_text_generation or not about.is_text_generation_only as is_shown,
        if(otherwise.model_key is null, models.appeared_on, otherwise.appeared_on) as appeared_on,
        count(*) as models,
    from marts.release_descendants as descendants
    join marts.models using (model_key)
    join about on about.dataset = models.dataset
    cross join rules
    left join marts.counted_otherwise as otherwise
        on otherwise.dataset = models.dataset and otherwise.model_key = models.model_key and otherwise.rule = rules.rule
    where not coalesce(otherwise.is_left_out, false)
    group by all
),
in_range as (
    select
        about.dataset,
        rules.rule,
        releases.release_id,
        releases.label,
        releases.released_on,
        row_number() over (
            partition by about.dataset, rules.rule
            order by
                coalesce(sum(derived.models) filter (derived.appeared_on between about.default_start and about.default_end), 0) desc,
                releases.release_id in (select release_id from core.release_models join core.curated_bases using (model_id)) desc,
                releases.released_on,
                releases.release_id
        ) as place,
    from about
    cross join rules
    join core.releases as releases on releases.released_on between about.default_start and about.default_end and releases.model_id is not null
    left join derived on derived.dataset = about.dataset and derived.rule = rules.rule and derived.release_id = releases.release_id
    group by about.dataset, rules.rule, releases.release_id, releases.label, releases.released_on
),
followed as (
    select in_range.*, about.first_on, least(about.last_complete_day, in_range.released_on + 180) as last_day
    from in_range
    join about using (dataset)
    where in_range.place = 1
)
select
    followed.dataset,
    'releases' as view,
    'derivatives' as figure,
    followed.rule,
    coalesce(sum(derived.models), 0)::double as value,
    coalesce(sum(derived.models), 0)::bigint as n,
    followed.label as name,
    null::varchar[] as holders,
from followed
left join derived
    on derived.dataset = followed.dataset
    and derived.rule = followed.rule
    and derived.release_id = followed.release_id
    and derived.is_shown
    and derived.appeared_on between greatest(followed.released_on, followed.first_on) and followed.last_day
where followed.last_day >= followed.released_on
group by followed.dataset, followed.rule, followed.label
