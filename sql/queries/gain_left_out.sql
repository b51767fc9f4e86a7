-- grain: reason
-- How many evaluated models of the chosen sizes are compared with a base, with the figures over all of them, and how many are not, by reason.
with score_index as (
    from index_of_score($dataset, $benchmark)
),
evaluated as (
    select
        case
            when reason is not null and not ($doubtful and base_key is not null) then reason
            when scores[(from score_index)] is null or base_scores[(from score_index)] is null then 'no score'
            else 'compared'
        end as reason,
        scores[(from score_index)] - base_scores[(from score_index)] as gain,
    from marts.gains
    where dataset = $dataset
        and basis = $basis
        and is_of_size($sizes, $at_most_b, size, nominal_b)
)
select
    reason,
    count(*) as models,
    if(reason = 'compared', median(gain), null) as median_gain,
    if(reason = 'compared', avg((gain > 0)::int), null) as share_above,
from evaluated
group by reason
order by reason
