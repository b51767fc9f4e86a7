-- grain: reason
-- How many evaluated models of the chosen sizes are compared with a base, with the figures over all of them, and how many are not, by reason.
-- Of a model that no listing and no answer of the Hub holds, it is not known whether it declares a base.
with score_index as (
    from index_of_score($dataset, $benchmark)
),
unread as (
    select model_key
    from core.models
    where not is_listed and downloads_30d is null and gated is null
),
evaluated as (
    select
        case
            when reason = 'no base' and unread.model_key is not null then 'base not known'
            when reason is not null and not ($doubtful and base_key is not null) then reason
            when scores[(from score_index)] is null or base_scores[(from score_index)] is null then 'no score'
            else 'compared'
        end as reason,
        scores[(from score_index)] - base_scores[(from score_index)] as gain,
    from marts.gains
    left join unread using (model_key)
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
