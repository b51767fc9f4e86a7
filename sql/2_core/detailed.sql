-- grain: model_id
-- scratch
-- Details, one row per repository: an answer of the Hub before the published tool's enrichment.
with answers as (
    select *, 1 as preference from staging.hub_details
    union all
    select *, 2 as preference from staging.hub_repositories
)
select * exclude (preference), list_filter(tags, lambda tag: starts_with(tag, 'license:'))[1][9:] as tagged_license
from answers
qualify row_number() over (
    partition by model_id
    order by preference, last_modified desc nulls last, snapshot_id desc, downloads_30d desc nulls last, row_number desc
) = 1
