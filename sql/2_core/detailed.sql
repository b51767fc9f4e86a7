-- grain: model_key
-- scratch
-- Details, one row per repository: an answer of the Hub before the published tool's enrichment.
with answers as (
    select *, 1 as preference from staging.hub_details
    union all
    select *, 2 as preference from staging.hub_repositories
)
select names.model_key, answers.* exclude (preference, model_id)
from answers
join core.names on names.name = answers.model_id
qualify row_number() over (
    partition by names.model_key
    order by preference, last_modified desc nulls last, snapshot_id desc, downloads_30d desc nulls last, row_number desc
) = 1
