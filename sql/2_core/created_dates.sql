-- grain: model_key
-- scratch
-- What the Hub's createdAt says of each repository, and whether it is a date at all; the listing's word goes before that of details.
select
    repositories.model_key,
    repositories.model_id,
    repositories.last_seen_at,
    repositories.is_listed,
    coalesce(listed.created_at, detailed.created_at) as created_at,
    case
        when coalesce(listed.created_at, detailed.created_at) between timestamp '2022-03-02 23:29:00' and timestamp '2022-03-02 23:29:09.999999' then 'undated: createdAt floor'
        when coalesce(listed.created_at, detailed.created_at) < timestamp '2022-03-02' then 'undated: createdAt before the Hub kept it'
        when coalesce(listed.created_at, detailed.created_at) > last_seen_at + interval 1 day then 'undated: createdAt after its snapshot'
        when coalesce(listed.created_at, detailed.created_at) is not null then 'Hub createdAt'
    end as created_rule,
from core.repositories
left join core.listed using (model_key)
left join core.detailed using (model_key)
