-- grain: model_key, subject, path
-- scratch
-- by model: staging.hub_listing, core.listed, core.detailed
-- What model cards declare as licence, base model, training data or language, entry by entry. The Hub asks for a text or a list of texts;
-- cards also hold objects that name the thing, lists within lists, nulls, and texts of nothing, which every reader of this drops.
with recursive
detailed_cards as (
    select model_key, card_license, card_license_name, card_base_model, card_relation, card_datasets, card_language
    from core.detailed
    where coalesce(card_license, card_license_name, card_base_model, card_datasets, card_language) is not null
),
-- Few listings have cards: dumps of ModelInfo objects do. An answer about the model itself goes before them.
listed_cards as (
    select row_number, snapshot_id, card_license, card_license_name, card_base_model, card_relation, card_datasets, card_language
    from staging.hub_listing
    where coalesce(card_license, card_license_name, card_base_model, card_datasets, card_language) is not null
),
cards as (
    from detailed_cards
    union all
    select listed.model_key, listed_cards.* exclude (row_number, snapshot_id)
    from listed_cards
    join core.listed using (row_number, snapshot_id)
    where listed.model_key not in (select model_key from detailed_cards)
),
declared as (
    from (
        select model_key, 'licence' as subject, []::int[] as path, card_license as entry, null::varchar as relation from cards
        union all
        select model_key, 'licence name', [], card_license_name, null from cards
        union all
        select model_key, 'base model', [], card_base_model, card_relation from cards
        union all
        select model_key, 'training data', [], card_datasets, null from cards
        union all
        select model_key, 'language', [], card_language, null from cards
    )
    where entry is not null
),
entries(model_key, subject, path, entry, relation) as (
    from declared where json_type(entry) in ('ARRAY', 'OBJECT') -- most are texts, and need no walk
    union all
    select
        model_key,
        subject,
        list_append(path, generate_subscripts(inner_entries, 1)::int) as path,
        unnest(inner_entries) as entry,
        relation,
    from (
        select
            model_key,
            subject,
            path,
            coalesce(entry ->> '$.relation', relation) as relation,
            if(
                json_type(entry) = 'ARRAY',
                entry -> '$[*]',
                [coalesce(
                    nullif(entry -> '$.id', 'null'),
                    nullif(entry -> '$.model', 'null'),
                    nullif(entry -> '$.base_model', 'null'),
                    nullif(entry -> '$.model_id', 'null'),
                    nullif(entry -> '$.repo_id', 'null'),
                    if(subject = 'training data', nullif(entry -> '$.path', 'null'), null), -- there "name" may be that of a part
                    nullif(entry -> '$.name', 'null'),
                    nullif(entry -> '$.path', 'null'),
                    nullif(entry -> '$.license', 'null'),
                    nullif(entry -> '$.url', 'null'),
                    if(subject = 'base model', to_json(entry::varchar), null) -- not understood, and to be counted as such
                )]
            ) as inner_entries,
        from entries
        where json_type(entry) in ('ARRAY', 'OBJECT') and len(path) < 8
    )
)
select model_key, subject, path, trim(entry ->> '$', E' \t\r\n' || chr(160)) as text, relation
from (from declared union all from entries)
where json_type(entry) = 'VARCHAR'
