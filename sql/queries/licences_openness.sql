-- grain: level, part
-- Of the new models of each level of declared openness, the share that has each of its five parts; where access alone is not known, four
-- are, and open weights have no share; where fewer are known, the level is "not known". A part is of the models of which it is known. The level "all" is of all models.
-- Shares are of models, or of their downloads in the 30 days before the snapshot, as the weight says.
with weighted as (
    select
        if(known_parts < 4, 'not known', openness || if(known_parts = 4, ' of 4 known', ' of 5')) as level,
        weight,
        has_open_license,
        has_open_weights,
        has_training_data,
        has_paper,
        has_known_base,
    from weighted_licence_counts($dataset, $start, $end, $relation, $sizes, $at_most_b, $text_generation, $hide_derived, $downloaded, $weight)
),
counted as (
    select
        coalesce(level, 'all') as level,
        sum(weight) filter (has_open_weights) as weights,
        sum(weight) filter (has_open_weights is not null) as of_weights,
        sum(weight) filter (has_open_license) as licence,
        sum(weight) filter (has_open_license is not null) as of_licence,
        sum(weight) filter (has_training_data) as training_data,
        sum(weight) filter (has_training_data is not null) as of_training_data,
        sum(weight) filter (has_paper) as paper,
        sum(weight) filter (has_paper is not null) as of_paper,
        sum(weight) filter (has_known_base) as base,
        sum(weight) filter (has_known_base is not null) as of_base,
    from weighted
    group by grouping sets ((level), ())
),
parts as (
    select level, 1 as position, 'open weights' as part, weights as with_part, of_weights as weight from counted
    union all
    select level, 2, 'open licence', licence, of_licence from counted
    union all
    select level, 3, 'training data', training_data, of_training_data from counted
    union all
    select level, 4, 'paper', paper, of_paper from counted
    union all
    select level, 5, 'base model', base, of_base from counted
)
select
    level,
    part,
    coalesce(with_part, 0)::bigint as with_part,
    coalesce(weight, 0)::bigint as of_all,
    coalesce(with_part, 0) / nullif(weight, 0) as share,
from parts
order by level = 'all' desc, level desc, position
