-- grain: model_id
-- The pairs of a model and its base, of the chosen names (a kind, base, dataset, owner or size) or all; of too many an even sample.
with score_index as (
    from index_of_score($dataset, $benchmark)
),
pairs as (
    select
        gains.model_key,
        gains.base_key,
        gains.type,
        gains.size,
        gains.distance,
        gains.reason,
        gains.sample_bucket,
        gains.base_scores[(from score_index)] as base_score,
        gains.scores[(from score_index)] as score,
    from marts.gains
    where gains.dataset = $dataset
        and gains.basis = $basis
        and gains.base_key is not null
        and (gains.reason is null or $doubtful)
        and is_of_size($sizes, $at_most_b, gains.size, gains.nominal_b)
),
filtered as (
    select pairs.*, models.model_id, bases.model_id as base_model
    from pairs
    join core.models using (model_key)
    join core.models as bases on bases.model_key = pairs.base_key
    where pairs.score is not null
        and pairs.base_score is not null
        and (
            len($pairs_of) = 0
            or list_contains($pairs_of, case $by when 'kind' then pairs.type when 'base' then bases.model_id when 'owner' then models.owner when 'size' then pairs.size end)
            or (
                $by = 'training data'
                and (
                    pairs.model_key in (select model_key from core.training_data_by_key where list_contains($pairs_of, dataset_id))
                    or (list_contains($pairs_of, 'none declared') and pairs.model_key not in (select model_key from core.training_data_by_key))
                )
            )
        )
),
total as (
    select count(*) as pairs from filtered
)
select
    model_id,
    base_model,
    type,
    size,
    distance as declarations,
    base_score,
    score,
    score - base_score as gain,
    coalesce(reason, '') as doubt,
    total.pairs as all_pairs,
from filtered
cross join total
where sample_bucket < if(total.pairs <= $most, 65536, 65536.0 * $most / total.pairs)
order by gain desc, model_id
