-- grain: model_key, language
-- by model: core.tags, core.card_entries
-- Languages that a repository declares: those of its model card, else its tags that are codes of ISO 639-1. As stored; read core.languages.
-- A card names languages by code, with or without a region, or by their English name. A tag of two letters can also be somebody's own word, so that
-- tags say nothing where a card names languages.
with written as (
    select model_key, lower(text) as language from core.card_entries where subject = 'language'
),
of_cards as (
    select distinct written.model_key, coalesce(names.code, written.language) as language
    from written
    left join seeds.languages as names on lower(names.name) = written.language
    left join seeds.languages as codes on codes.code = str_split(written.language, '-')[1]
    where names.code is not null
        or codes.code is not null and regexp_matches(written.language, '^[a-z]{2}(-[a-z0-9]{2,8}){0,2}$')
        or written.language = 'multilingual'
        or regexp_matches(written.language, '^[a-z]{3}(-[a-z0-9]{2,8}){0,2}$')
),
declared as (
    select model_key, language, 'model card' as rule from of_cards
    union all
    select distinct model_key, tag, 'tag'
    from core.tags
    where subject = 'language' and model_key not in (select model_key from of_cards)
)
select
    model_key, /* repository that declares */
    language, /* code of ISO 639 in small letters, of two letters or, from a card, of three, or with a region; or multilingual */
    names.name as language_name, /* its name in English; NULL for a code of three letters */
    rule, /* model card, or tag where no card names a language */
from declared
left join seeds.languages as names on names.code = str_split(declared.language, '-')[1]
qualify row_number() over (partition by model_key order by language) <= 2000 -- no model has more, and a hostile one must not
order by model_key, language
