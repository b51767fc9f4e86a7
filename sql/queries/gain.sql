-- grain: name
-- What derivatives gain over their base, by kind, base, training data, owner or size: median, quartiles and how many pairs, of as many
-- names with most pairs as are asked for. Differences are points of 100 on one leaderboard. The median lies between median_low and median_high in 95 of
-- 100 samples: the gains at the places (n ∓ 1.96 √n) ÷ 2, which ask nothing of their distribution; NULL below six pairs. A model that
-- names several datasets counts for each.
with score_index as (
    from index_of_score($dataset, $benchmark)
),
pairs as (
    select
        model_key,
        base_key,
        owner_place,
        type,
        size,
        scores[(from score_index)] - base_scores[(from score_index)] as gain,
    from marts.gains
    where dataset = $dataset
        and basis = $basis
        and base_key is not null
        and (reason is null or $doubtful)
        and is_of_size($sizes, $at_most_b, size, nominal_b)
),
-- Bases and owners are grouped by their numbers, and named afterwards: there may be many.
grouped as (
    select
        case $by when 'kind' then type when 'size' then size end as text,
        case $by when 'base' then base_key when 'owner' then owner_place end as number,
        model_key,
        base_key,
        owner_place,
        gain,
    from pairs
    where $by != 'training data' and gain is not null
    union all
    select coalesce(declared.dataset_id, 'none declared'), null, pairs.model_key, pairs.base_key, pairs.owner_place, pairs.gain
    from pairs
    left join core.training_data_by_key as declared using (model_key)
    where $by = 'training data' and pairs.gain is not null
),
measured as (
    select
        text,
        number,
        min(model_key) as any_model_key,
        count(*) as pairs,
        count(distinct base_key) as bases,
        count(distinct owner_place) as owners,
        list_max(map_values(histogram(owner_place))) as pairs_of_one_owner,
        list_sort(list(gain)) as gains,
        avg((gain > 0)::int) as share_above,
    from grouped
    group by text, number
),
-- ties in the number of pairs are all in, so that the answer does not depend on the order of names
largest as (
    select *, count(*) over () as all_names
    from measured
    qualify rank() over (order by pairs desc) <= $most_names
)
select
    coalesce(largest.text, if($by = 'base', bases.model_id, owners.owner)) as name,
    largest.pairs,
    largest.bases,
    largest.owners,
    largest.pairs_of_one_owner,
    list_median(largest.gains) as median_gain,
    list_aggregate(largest.gains, 'quantile_cont', 0.25) as lower_quartile,
    list_aggregate(largest.gains, 'quantile_cont', 0.75) as upper_quartile,
    if(largest.pairs >= 6, largest.gains[greatest(1, floor((largest.pairs - 1.96 * sqrt(largest.pairs)) / 2)::bigint)], null) as median_low,
    if(largest.pairs >= 6, largest.gains[least(largest.pairs, ceil(1 + (largest.pairs + 1.96 * sqrt(largest.pairs)) / 2)::bigint)], null) as median_high,
    largest.share_above,
    list_avg(largest.gains) as mean_gain,
    largest.all_names,
from largest
left join core.models as bases on $by = 'base' and bases.model_key = largest.number
left join core.models as owners on $by = 'owner' and owners.model_key = largest.any_model_key
where not starts_with(name, 'left-out/')
order by pairs desc, name
