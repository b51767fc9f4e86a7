-- grain: none, as landed
-- Commit summaries: names and types.
select
    row_number,
    trim(coalesce(left_out.rewritten, landed.model_id)) as model_id,
    commits,
    first_commit_at,
    last_commit_at,
    list_transform(
        coalesce(landed.authors, []),
        lambda author: coalesce(people.owner_keys[list_position(people.names, lower(trim(author)))], author)
    ) as authors,
    snapshot_id,
from landing.hub_commits as landed
left join staging.left_out_texts as left_out on left_out.text = landed.model_id
cross join (select list(name order by name) as names, list(owner_key order by name) as owner_keys from staging.left_out_names) as people
