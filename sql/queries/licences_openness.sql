-- grain: level, part
-- Of the new models of each level of declared openness, the share that has each of its five parts; where access is not known, four are, and open weights have no share. The level "all" is of all models.
-- Shares are of models, or of their downloads in the 30 days before the snapshot, as the weight says.
with weighted as (
    select
        openness,
        has_open_weights is null as is_of_four,
        weight,
        license_class in ('permissive', 'copyleft') as has_open_license,
        has_open_weights,
        has_training_data,
        has_paper,
        has_known_base,
    from weighted_licence_counts($dataset, $start, $end, $relation, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, $weight)
),
counted as (
    select
        coalesce(openness || if(is_of_four, ' of 4 known', ' of 5'), 'all') as level,
        sum(weight) as weight,
        sum(weight) filter (has_open_weights is not null) as of_known_access,
        sum(weight) filter (has_open_weights) as weights,
        sum(weight) filter (has_open_license) as licence,
        sum(weight) filter (has_training_data) as training_data,
        sum(weight) filter (has_paper) as paper,
        sum(weight) filter (has_known_base) as base,
    from weighted
    group by grouping sets ((openness, is_of_four), ())
),
parts as (
    select level, 1 as position, 'open weights' as part, weights as with_part, of_known_access as weight from counted
    union all
    select level, 2, 'open licence', licence, weight from counted
    union all
    select level, 3, 'training data', training_data, weight from counted
    union all
    select level, 4, 'paper', paper, weight from counted
    union all
    select level, 5, 'base model', base, weight from counted
)
select
    level,
    part,
    coalesce(with_part, 0)::bigint as with_part,
    coalesce(weight, 0)::bigint as of_all,
    coalesce(with_part, 0) / nullif(weight, 0) as share,
from parts
where weight > 0 or part = 'open weights'
order by level = 'all' desc, level desc, position
