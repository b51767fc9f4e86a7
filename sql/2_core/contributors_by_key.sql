-- grain: model_key, contributor
-- Authors of commits, bots of an explicit list left out. As stored; read core.contributors.
with written as (
    select model_id, unnest(authors) as contributor, snapshot_id from staging.hub_commits
)
select
    names.model_key, /* repository */
    written.contributor, /* user that wrote commits */
    null::bigint as commits, /* commits by that user; NULL where a source gives names only */
    min(written.snapshot_id) as snapshot_id, /* landed snapshot it comes from */
from written
join core.names on names.name = written.model_id
where written.contributor != '' and written.contributor not in (select user from seeds.bots)
group by names.model_key, written.contributor
order by names.model_key, written.contributor
