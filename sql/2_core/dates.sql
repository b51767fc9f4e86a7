-- grain: model_key
-- scratch
-- When a model appeared: as core.decided_dates has it, or where nothing but the Hub's createdAt is known on that day, unless that is no date.
select
    created.* exclude (created_rule),
    if(decided.model_key is null, coalesce(created.created_rule, 'undated: no date'), decided.appeared_rule) as appeared_rule,
    case
        when decided.model_key is not null then decided.appeared_at
        when created.created_rule = 'Hub createdAt' then created.created_at
    end as appeared_at,
from core.created_dates as created
left join core.decided_dates as decided using (model_key)
