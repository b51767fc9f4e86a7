-- grain: model_id, contributor
-- Authors of commits, bots of an explicit list left out.
with written as (
    select model_id, unnest(authors) as contributor, snapshot_id from staging.hub_commits
)
select
    model_id, /* repository */
    contributor, /* user that wrote commits */
    null::bigint as commits, /* commits by that user; NULL where a source gives names only */
    any_value(snapshot_id) as snapshot_id, /* landed snapshot it comes from */
from written
where contributor != '' and contributor not in (select user from seeds.bots)
group by model_id, contributor
