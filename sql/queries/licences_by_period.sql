-- grain: period, name
-- New models per period by what `cut` names: the class of their licence, their level of declared openness (of four parts where access alone is not known; "not known" where fewer are), or access as the latest
-- snapshot says; and each name's share of all new models of its period, or of their downloads, as the weight says. Empty periods are
-- zero. Where classes are chosen, all others are together as "not drawn".
with axis as (
    from period_axis($dataset, $unit, $start, $end)
),
-- millions of rows are summed by day and by what the cut is about; names and periods are those of a few of these
daily as (
    select
        appeared_on,
        if($cut = 'openness', openness, null) as openness,
        if($cut = 'openness', known_parts, null) as known_parts,
        if($cut = 'access', access, null) as access,
        if($cut in ('openness', 'access'), null, license_class) as license_class,
        sum(models) as models,
        sum(downloads) as downloads,
        sum(weight) as weight,
    from weighted_licence_counts($dataset, $start, $end, $relation, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, $weight)
    group by all
),
counted as (
    select
        date_trunc($unit, appeared_on)::date as period,
        case
            when $cut = 'openness' and known_parts < 4 then 'not known'
            when $cut = 'openness' then openness || if(known_parts = 4, ' of 4 known', ' of 5')
            when $cut = 'access' then access
            when is_chosen($classes, license_class) then license_class
            else 'not drawn'
        end as name,
        sum(models)::bigint as models,
        sum(downloads)::bigint as downloads,
        sum(weight) as weight,
    from daily
    group by all
),
names as (
    select name, sum(weight) as name_weight from counted group by name
)
select
    axis.period,
    names.name,
    coalesce(counted.models, 0) as models,
    coalesce(counted.downloads, 0) as downloads,
    coalesce(counted.weight, 0) / nullif(sum(coalesce(counted.weight, 0)) over (partition by axis.period), 0) as share,
    not axis.is_incomplete as is_complete,
    axis.is_filling,
    axis.is_missing_late_submissions,
from axis
cross join names
left join counted using (period, name)
order by axis.period, names.name = 'not drawn', names.name_weight desc, names.name
