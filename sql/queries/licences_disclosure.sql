-- grain: period, fact
-- The share of new models per period that declare a licence, training data, a base model, or a paper; of models, or of their downloads
-- in the 30 days before the snapshot, as the weight says. Of each fact only models count of which it is known whether they declare it; a period
-- without any has no share.
with axis as (
    from period_axis($dataset, $unit, $start, $end)
),
weighted as (
    select
        date_trunc($unit, appeared_on)::date as period,
        weight,
        case
            when license_class != 'unknown' then true
            when has_open_license is not null then false
        end as has_license,
        case
            when relation != 'none declared' then true
            when has_known_base is not null then false
        end as has_base,
        has_training_data,
        has_paper,
    from weighted_licence_counts($dataset, $start, $end, $relation, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, $weight)
),
counted as (
    select
        period,
        sum(weight) filter (has_license) as licence,
        sum(weight) filter (has_license is not null) as of_licence,
        sum(weight) filter (has_base) as base,
        sum(weight) filter (has_base is not null) as of_base,
        sum(weight) filter (has_training_data) as training_data,
        sum(weight) filter (has_training_data is not null) as of_training_data,
        sum(weight) filter (has_paper) as paper,
        sum(weight) filter (has_paper is not null) as of_paper,
    from weighted
    group by period
),
facts as (
    select period, 1 as position, 'licence' as fact, licence as declaring, of_licence as weight from counted
    union all
    select period, 2, 'base model', base, of_base from counted
    union all
    select period, 3, 'training data', training_data, of_training_data from counted
    union all
    select period, 4, 'paper', paper, of_paper from counted
),
names as (
    select distinct position, fact from facts
)
select
    axis.period,
    names.fact,
    coalesce(facts.declaring, 0)::bigint as declaring,
    coalesce(facts.weight, 0)::bigint as of_all,
    coalesce(facts.declaring, 0) / nullif(facts.weight, 0) as share,
    not axis.is_incomplete as is_complete,
    axis.is_filling,
    axis.is_missing_late_submissions,
from axis
cross join names
left join facts using (period, fact)
order by axis.period, names.position
