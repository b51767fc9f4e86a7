-- grain: model_id
-- The pairs of a model and its base, of the chosen names (a kind, base, dataset, owner or size) or all; of too many an even sample.
with score_index as (
    from index_of_score($dataset, $benchmark)
),
bases_by_name as (
    select model_key from core.models where $by = 'base' and list_contains($pairs_of, model_id)
),
models_of_owners as (
    select model_key from core.models where $by = 'owner' and list_contains($pairs_of, owner)
),
declaring as (
    select
        model_key,
        bool_or(list_contains($pairs_of, dataset_id)) as is_chosen_data,
    from core.training_data_by_key
    where $by = 'training data' and len($pairs_of) > 0
    group by model_key
),
pairs as (
    select
        gains.*,
        gains.base_scores[(from score_index)] as base_score,
        gains.scores[(from score_index)] as score,
    from marts.gains
    where gains.dataset = $dataset
        and gains.basis = $basis
        and gains.base_key is not null
        and (gains.reason is null or $doubtful)
        and is_of_size($sizes, $at_most_b, gains.size, gains.nominal_b)
        and case
            when len($pairs_of) = 0 then true
            when $by = 'kind' then list_contains($pairs_of, gains.type)
            when $by = 'size' then list_contains($pairs_of, gains.size)
            when $by = 'base' then gains.base_key in (select model_key from bases_by_name)
            when $by = 'owner' then gains.model_key in (select model_key from models_of_owners)
            else gains.model_key in (select model_key from declaring where is_chosen_data)
                or (list_contains($pairs_of, 'none declared') and gains.model_key not in (select model_key from declaring))
        end
),
scored as (
    select *, count(*) over () as all_pairs
    from pairs
    where score is not null and base_score is not null
),
drawn_pairs as (
    select *
    from scored
    where sample_bucket < if(all_pairs <= $most, 65536, 65536.0 * $most / all_pairs)
)
select
    models.model_id,
    bases.model_id as base_model,
    drawn_pairs.type,
    drawn_pairs.size,
    drawn_pairs.distance as declarations,
    drawn_pairs.base_score,
    drawn_pairs.score,
    drawn_pairs.score - drawn_pairs.base_score as gain,
    coalesce(drawn_pairs.reason, '') as doubt,
    drawn_pairs.all_pairs,
from drawn_pairs
join core.models using (model_key)
join core.models as bases on bases.model_key = drawn_pairs.base_key
order by gain desc, models.model_id
