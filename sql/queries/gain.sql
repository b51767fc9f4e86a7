-- grain: name
-- What derivatives gain over their base, by kind, base, training data, owner or size: median, quartiles and how many pairs. Differences
-- are points of 100 on one leaderboard. The median lies between median_low and median_high in 95 of 100 samples: the gains at the places
-- (n ∓ 1.96 √n) ÷ 2, which ask nothing of their distribution; NULL below six pairs. A model that names several datasets counts for each.
with score_index as (
    from index_of_score($dataset, $benchmark)
),
pairs as (
    select
        gains.model_key,
        gains.base_key,
        gains.type,
        gains.size,
        gains.owner_place,
        gains.scores[(from score_index)] - gains.base_scores[(from score_index)] as gain,
    from marts.gains
    where gains.dataset = $dataset
        and gains.basis = $basis
        and gains.base_key is not null
        and (gains.reason is null or $doubtful)
        and is_of_size($sizes, $at_most_b, gains.size, gains.nominal_b)
),
named as (
    select if($by = 'kind', type, size) as name, model_key, base_key, owner_place, gain
    from pairs
    where $by in ('kind', 'size')
    union all
    select if($by = 'base', bases.model_id, models.owner), pairs.model_key, pairs.base_key, pairs.owner_place, pairs.gain
    from pairs
    join core.models using (model_key)
    join core.models as bases on bases.model_key = pairs.base_key
    where $by in ('base', 'owner')
    union all
    select coalesce(declared.dataset_id, 'none declared'), pairs.model_key, pairs.base_key, pairs.owner_place, pairs.gain
    from pairs
    left join core.training_data_by_key as declared using (model_key)
    where $by = 'training data'
)
select
    name,
    count(gain) as pairs,
    count(distinct base_key) as bases,
    count(distinct owner_place) as owners,
    median(gain) as median_gain,
    quantile_cont(gain, 0.25) as lower_quartile,
    quantile_cont(gain, 0.75) as upper_quartile,
    if(count(gain) >= 6, list_sort(list(gain))[greatest(1, floor((count(gain) - 1.96 * sqrt(count(gain))) / 2)::bigint)], null) as median_low,
    if(count(gain) >= 6, list_sort(list(gain))[least(count(gain), ceil(1 + (count(gain) + 1.96 * sqrt(count(gain))) / 2)::bigint)], null) as median_high,
    avg((gain > 0)::int) as share_above,
    avg(gain) as mean_gain,
from named
where gain is not null and not starts_with(name, 'left-out/')
group by name
order by pairs desc, name
