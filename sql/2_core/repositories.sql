-- grain: model_id
-- scratch
-- All repositories that any source names, and when one last did. Names that differ in letter case alone
-- are one repository, for the Hub resolves them so: spelt as listed, else as last submitted.
-- Wherever a table is large, model_key stands for model_id: the number that an earlier build gave it, or the next ones, in order of the
-- ids; a build lands those. Sizes and architectures are read from read_as, which is the id, and of those
-- who are left out the name that is shown nowhere: so all counts stay what they are.
with folded as (
    select resolved_id as model_id, last_seen_at, listings, is_listed, is_on_hub
    from core.spellings
    where lower(resolved_id) not in (select folded_id from core.repeated_names)
    union all
    select
        arg_max(
            resolved_id,
            {'is_listed': listings > 0, 'submitted_on': coalesce(last_submitted_on, date '0001-01-01'), 'is_successor': not is_renamed, 'name': name}
        ) as model_id,
        max(last_seen_at),
        sum(listings)::bigint,
        bool_or(is_listed),
        bool_or(is_on_hub),
    from core.spellings
    where lower(resolved_id) in (select folded_id from core.repeated_names)
    group by lower(resolved_id)
),
looked_up as (
    select folded.*, keys.model_key
    from folded
    left join staging.repository_keys as keys on keys.folded_id = lower(folded.model_id)
),
numbered as (
    from looked_up where model_key is not null
    union all
    select
        * exclude (model_key),
        ((select coalesce(max(model_key), 0) from staging.repository_keys) + row_number() over (order by model_id))::int as model_key,
    from looked_up
    where model_key is null
)
select
    model_key,
    model_id,
    last_seen_at,
    listings,
    is_listed,
    is_on_hub,
    coalesce(left_out.written, model_id) as read_as,
from numbered
left join (
    select trim(rewritten) as model_id, min(trim(text)) as written from staging.left_out_texts where contains(rewritten, '/') group by trim(rewritten)
) as left_out using (model_id)
