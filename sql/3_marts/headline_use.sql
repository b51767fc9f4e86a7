-- grain: dataset, view, figure, rule
-- scratch
-- Headline figures of downloads, under each rule: of the Hub's listing, whichever dataset is chosen; where no listing has landed, of the dataset's own models. Licences are those of text generation
-- while the Hub is chosen, as at first on the page.
with rules as (
    select rule
    from core.headline_rules
    where rule in ('default', 'merges-out', 'floor-out', 'largest-out')
),
-- which models a figure is of, while a dataset is chosen
scopes as (
    select
        dataset,
        if((select count(*) from marts.datasets where kind = 'hub') > 0, 'hub', dataset) as used_dataset,
        kind = 'hub' as is_text_generation_only,
    from marts.datasets
),
used as (
    select
        used.dataset,
        used.owner_key,
        used.repository_key,
        used.downloads,
        models.is_merge,
        models.appeared_rule in ('undated: createdAt floor', 'undated: upload floor') as is_of_floor,
        largest.repository_key is not null as is_largest,
    from core.used_models as used
    join core.models on models.model_key = used.repository_key
    left join core.largest_models as largest on largest.basis = 'listing' and largest.dataset = used.dataset and largest.repository_key = used.repository_key
),
histogram as (
    select dataset, downloads, is_merge, is_of_floor, is_largest, count(*) as members
    from used
    group by dataset, downloads, is_merge, is_of_floor, is_largest
),
ruled as (
    select histogram.dataset, rules.rule, histogram.downloads, sum(histogram.members)::bigint as members
    from histogram
    cross join rules
    where not (rules.rule = 'merges-out' and histogram.is_merge)
        and not (rules.rule = 'floor-out' and histogram.is_of_floor)
        and not (rules.rule = 'largest-out' and histogram.is_largest)
    group by histogram.dataset, rules.rule, histogram.downloads
),
placed as (
    select
        *,
        sum(members) over (partition by dataset, rule order by downloads desc rows between unbounded preceding and current row) as members_to_here,
        sum(members) over (partition by dataset, rule) as all_members,
        sum(members * downloads) over (partition by dataset, rule) as all_downloads,
    from ruled
),
measured as (
    select
        dataset,
        rule,
        max(all_members)::bigint as members,
        max(all_downloads) as downloads,
        max(downloads) as most,
        -- places count from the least downloaded, from 1: of members with as many downloads the sum of their places
        2 * sum(downloads * (members * (all_members - members_to_here) + members * (members + 1) / 2)) / nullif(max(all_members) * max(all_downloads), 0)
        - (max(all_members) + 1) / max(all_members) as gini,
        sum(members * (100.0 * downloads / nullif(all_downloads, 0)) * (100.0 * downloads / nullif(all_downloads, 0))) as hhi,
    from placed
    group by dataset, rule
),
firsts as (
    select measured.dataset, measured.rule, min(models.model_id) as model_id
    from measured
    join used on used.dataset = measured.dataset and used.downloads = measured.most
    join core.models on models.model_key = used.repository_key
    where not (measured.rule = 'merges-out' and used.is_merge)
        and not (measured.rule = 'floor-out' and used.is_of_floor)
        and not (measured.rule = 'largest-out' and used.is_largest)
    group by measured.dataset, measured.rule
),
of_owners as (
    select dataset, owner_key, is_merge, is_of_floor, is_largest, sum(downloads) as downloads
    from used
    where downloads > 0
    group by dataset, owner_key, is_merge, is_of_floor, is_largest
),
owners as (
    select of_owners.dataset, rules.rule, of_owners.owner_key, sum(of_owners.downloads) as downloads
    from of_owners
    cross join rules
    where not (rules.rule = 'merges-out' and of_owners.is_merge)
        and not (rules.rule = 'floor-out' and of_owners.is_of_floor)
        and not (rules.rule = 'largest-out' and of_owners.is_largest)
    group by of_owners.dataset, rules.rule, of_owners.owner_key
),
-- of the most downloaded model only whether it counts is said
largest_of_rule as (
    select dataset, rule, case rule when 'default' then [model_id] when 'largest-out' then [] end as holders
    from firsts
),
of_dataset as (
    select measured.dataset, 'adoption' as view, 'most-used' as figure, measured.rule, measured.most::double as value, measured.members as n, firsts.model_id as name, [firsts.model_id] as holders
    from measured
    join firsts using (dataset, rule)
    where measured.most > 0
    union all
    select measured.dataset, 'concentration', 'first-share', measured.rule, (100.0 * measured.most / measured.downloads)::double, measured.members, firsts.model_id, [firsts.model_id]
    from measured
    join firsts using (dataset, rule)
    where measured.downloads > 0
    union all
    select dataset, 'concentration', 'gini', rule, gini::double, members, null, holders
    from measured
    join largest_of_rule using (dataset, rule)
    where downloads > 0
    union all
    select dataset, 'concentration', 'hhi', rule, hhi::double, members, null, holders
    from measured
    join largest_of_rule using (dataset, rule)
    where downloads > 0
    union all
    select
        owners.dataset,
        'concentration',
        'owner-hhi',
        owners.rule,
        sum((100.0 * owners.downloads / measured.downloads) * (100.0 * owners.downloads / measured.downloads))::double,
        count(*),
        null,
        any_value(largest_of_rule.holders),
    from owners
    join measured using (dataset, rule)
    join largest_of_rule using (dataset, rule)
    group by owners.dataset, owners.rule
),
licensed as (
    select
        dataset,
        is_text_generation,
        license_class = 'permissive' as is_permissive,
        is_merge,
        appeared_rule in ('undated: createdAt floor', 'undated: upload floor') as is_of_floor,
        count(*) as models,
        sum(downloads_30d) as downloads,
        max(downloads_30d) as most,
    from marts.models
    group by all
),
licences as (
    select scopes.dataset, licensed.is_permissive, licensed.is_merge, licensed.is_of_floor, licensed.models, licensed.downloads, licensed.most
    from scopes
    join licensed on licensed.dataset = scopes.used_dataset
    where licensed.is_text_generation or not scopes.is_text_generation_only
),
most_used as (
    select
        dataset,
        max(most) as downloads,
        arg_max(is_permissive, struct_pack(most := most, is_other := not is_permissive)) as is_permissive,
    from licences
    group by dataset
),
largest as (
    select scopes.dataset, min(models.model_id) as model_id
    from scopes
    join most_used using (dataset)
    join marts.models on models.dataset = scopes.used_dataset and models.downloads_30d = most_used.downloads
    where (models.is_text_generation or not scopes.is_text_generation_only) and most_used.downloads > 0
    group by scopes.dataset
),
shares as (
    select
        licences.dataset,
        rules.rule,
        100.0 * sum(licences.models) filter (licences.is_permissive) / sum(licences.models) as of_models,
        100.0
        * (sum(licences.downloads) filter (licences.is_permissive) - if(rules.rule = 'largest-out' and any_value(most_used.is_permissive), any_value(most_used.downloads), 0))
        / nullif(sum(licences.downloads) - if(rules.rule = 'largest-out', any_value(most_used.downloads), 0), 0) as of_downloads,
        sum(licences.models)::bigint - (rules.rule = 'largest-out')::int as models,
        case rules.rule when 'default' then [any_value(largest.model_id)] when 'largest-out' then [] end as holders,
    from licences
    join most_used using (dataset)
    left join largest using (dataset)
    cross join rules
    where not (rules.rule = 'merges-out' and licences.is_merge)
        and not (rules.rule = 'floor-out' and licences.is_of_floor)
    group by licences.dataset, rules.rule
),
moves as (
    select
        movers.model_id,
        movers.growth,
        row_number() over (order by abs(movers.growth) desc, greatest(movers.gained, movers.gained_before) desc, movers.model_id, movers.series_id) as place,
        count(*) over () as models,
    from marts.adoption_movers as movers
    cross join (select coalesce(max(least_gained), 1000) as least from marts.adoption_movers) as floors
    where if(
        movers.growth > 0,
        movers.gained >= floors.least and coalesce(movers.most_in_a_day, 0) <= 0.5,
        movers.growth <= 0 and greatest(movers.gained, movers.gained_before) >= floors.least
    )
)
select scopes.dataset, of_dataset.view, of_dataset.figure, of_dataset.rule, of_dataset.value, of_dataset.n, of_dataset.name, of_dataset.holders
from scopes
join of_dataset on of_dataset.dataset = scopes.used_dataset
union all
select dataset, 'licences', 'permissive-use', rule, of_downloads::double, models, null, holders
from shares
where of_downloads is not null
union all
select dataset, 'licences', 'permissive-models', rule, of_models::double, models, null, null
from shares
union all
select scopes.dataset, 'overview', 'moved-most', if(moves.place = 1, 'default', 'largest-out'), 100 * moves.growth, moves.models - moves.place + 1, moves.model_id, [moves.model_id]
from scopes
join moves on moves.place <= 2
where scopes.used_dataset = 'hub'
