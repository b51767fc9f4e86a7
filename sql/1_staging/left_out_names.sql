-- grain: name
-- scratch
-- The owners and contributors of the landed data whose names are left out: each distinct name is hashed once and looked up in
-- seeds.left_out. Where that list is empty nothing is read.
with candidates as (
    select split_part(trim(id), '/', 1) as name from staging.hub_landed
    union all
    select split_part(split_part(id, '/', 2), '_-_', 1) from staging.hub_landed where contains(id, '_-_')
    union all
    select regexp_extract(tag, '(?:^|:)([\w.\-]+)/', 1) from (select unnest(tags) as tag from staging.hub_landed) where contains(tag, '/')
    union all
    select unnest(regexp_extract_all(base_models::varchar, '([\w.\-]+)/', 1)) from staging.hub_landed where base_models is not null
    union all
    select unnest(regexp_extract_all(card_data::varchar, '([\w.\-]+)/', 1)) from staging.hub_landed where card_data is not null
    union all
    select unnest(regexp_extract_all(text, '([\w.\-]+)/', 1)) from staging.landed_texts
    union all
    select trim(author) from (select unnest(authors) as author from landing.hub_commits)
),
distinct_names as (
    select distinct lower(name) as name
    from candidates
    cross join (select hash from seeds.left_out order by hash limit 1) -- an empty list ends the reading at once
    where name != ''
)
select distinct_names.name, 'left-out/' || left(left_out.hash, 8) as owner_key, left_out.extent = 'everywhere' as is_everywhere
from (select name, sha256('oss-ai-monitor leaves out ' || name) as hash from distinct_names) as distinct_names
join seeds.left_out using (hash)
