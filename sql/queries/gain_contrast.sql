-- grain: name
-- The same, against models of the same base: of each model that declares a dataset, its gain less the median gain of the models of its
-- base that do not declare it, where there are enough of these. What else differs between them is not taken into account.
with score_index as (
    from index_of_score($dataset, $benchmark)
),
pairs as (
    select
        model_key,
        base_key,
        owner_place,
        scores[(from score_index)] - base_scores[(from score_index)] as gain,
    from marts.gains
    where $by = 'training data'
        and dataset = $dataset
        and basis = $basis
        and base_key is not null
        and (reason is null or $doubtful)
        and is_of_size($sizes, $at_most_b, size, nominal_b)
        and scores[(from score_index)] is not null
        and base_scores[(from score_index)] is not null
),
declaring as (
    select declared.dataset_id, pairs.model_key, pairs.base_key, pairs.owner_place, pairs.gain
    from pairs
    join core.training_data_by_key as declared using (model_key)
    where not starts_with(declared.dataset_id, 'left-out/')
),
candidates as (
    select distinct dataset_id, base_key from declaring
),
others as (
    select candidates.dataset_id, candidates.base_key, median(pairs.gain) as other_gain, count(*) as other_models
    from candidates
    join pairs using (base_key)
    anti join declaring on declaring.dataset_id = candidates.dataset_id and declaring.model_key = pairs.model_key
    group by candidates.dataset_id, candidates.base_key
    having count(*) >= $least
),
contrasts as (
    select
        declaring.dataset_id,
        declaring.base_key,
        declaring.owner_place,
        declaring.gain - others.other_gain as contrast,
    from declaring
    join others using (dataset_id, base_key)
)
select
    dataset_id as name,
    count(*) as models,
    count(distinct base_key) as bases,
    count(distinct owner_place) as owners,
    median(contrast) as median_contrast,
    quantile_cont(contrast, 0.25) as lower_quartile,
    quantile_cont(contrast, 0.75) as upper_quartile,
    avg((contrast > 0)::int) as share_above,
from contrasts
group by name
order by models desc, name
