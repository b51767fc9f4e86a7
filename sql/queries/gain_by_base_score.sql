-- grain: band
-- Median gain by the base's own score, in bands of five points, over all pairs, whatever names are chosen.
with score_index as (
    from index_of_score($dataset, $benchmark)
),
pairs as (
    select
        base_scores[(from score_index)] as base_score,
        scores[(from score_index)] - base_scores[(from score_index)] as gain,
    from marts.gains
    where dataset = $dataset
        and basis = $basis
        and base_key is not null
        and (reason is null or $doubtful)
        and is_of_size($sizes, $at_most_b, size, nominal_b)
)
select
    5 * floor(base_score / 5) as band,
    count(gain) as pairs,
    median(base_score) as median_base_score,
    median(gain) as median_gain,
    avg((gain > 0)::int) as share_above,
from pairs
where gain is not null
group by band
order by band
