-- grain: model_key
-- scratch
-- by model: core.tags, core.card_entries, core.submissions_by_key
-- The licence of a model as it is declared: its card goes first, then its tag, then a leaderboard; a declaration of "unknown" only
-- where nothing else is declared. Behind "other" the card's license_name counts. Where one source declares several licences it
-- does not say whether they are a choice or hold for different parts, so who wants to be safe must keep to all of them: the
-- most restrictive class counts ("other" may restrict anything, and stands after non-commercial), and the text names them all.
with declared as (
    select model_key, text, if(subject = 'licence', 1, 2) as preference, path[1] as position
    from core.card_entries
    where subject in ('licence', 'licence name')
    union all
    select model_key, substr(tag, 9), if(is_of_listing, 3, 4), position
    from core.tags
    where subject = 'licence'
    union all
    select model_key, arg_max(license, evaluation_id), if(leaderboard = 'v2', 5, 6), 1
    from core.submissions_by_key
    where license is not null
    group by model_key, leaderboard
),
licence_texts as (
    select text, trim(regexp_replace(lower(text), '[\s_,;()"''`]+', '-', 'g'), '-') as spelling
    from (select distinct text from declared)
),
normalised as (
    select licence_texts.text, coalesce(licence_spellings.license, licence_texts.spelling) as license
    from licence_texts
    left join seeds.licence_spellings using (spelling)
    where coalesce(licence_spellings.license, licence_texts.spelling) != ''
),
named as (
    select text, license, coalesce(licences.class, 'other') as license_class, licences.license is not null as is_known
    from normalised
    left join seeds.licences using (license)
),
numbered as (
    select
        *,
        dense_rank() over (
            order by
                list_position(['non-commercial', 'other', 'community', 'OpenRAIL', 'copyleft', 'permissive', 'unknown'], license_class),
                license
        ) as license_number, -- the most restrictive first
    from named
),
claims as (
    select
        declared.model_key,
        declared.position,
        numbered.license,
        numbered.license_number,
        declared.preference + if(numbered.license_class = 'unknown', 10, 0) as preference,
    from declared
    join numbered using (text)
),
cards as (
    select
        model_key,
        coalesce(bool_or(license != 'other') filter (preference = 1), false) as has_license,
        coalesce(bool_or(license = 'other') filter (preference = 1), false) as has_other,
        coalesce(bool_or(license != 'other') filter (preference = 2), false) as has_name,
    from claims
    where preference <= 2
    group by model_key
),
believed as (
    select model_key, position, license, license_number, preference, 0 as is_name
    from claims
    where preference > 2 and preference != 12 -- no name is no licence
    union all
    select model_key, position, license, license_number, 1 as preference, preference - 1 as is_name
    from claims
    join cards using (model_key)
    where preference = 1 and not (license = 'other' and has_name)
        or preference = 2 and license != 'other' and (has_other or not has_license)
),
decided as ( -- one number holds all that decides: small where a model has one declaration, as nearly all have
    select model_key, min(preference * 1000000000::bigint + license_number * 10 + is_name) as decision
    from believed
    group by model_key
),
several as (
    select model_key, string_agg(license, ' and ' order by position nulls last, license) as licenses
    from (
        select model_key, license, min(position) as position
        from believed
        join decided using (model_key)
        where preference = decision // 1000000000
            and model_key in (
                select model_key
                from believed
                join decided using (model_key)
                where preference = decision // 1000000000 and license_number != decision % 1000000000 // 10
            )
        group by model_key, license
    )
    group by model_key
),
licenses as (
    select distinct license_number, license, license_class, is_known from numbered
)
select
    decided.model_key,
    left(coalesce(several.licenses, licenses.license), 100) as license,
    licenses.license_class,
    case decision // 1000000000 % 10
        when 1 then if(decision % 10 = 1, 'license_name in the model card' || if(is_known, '', ', not a known one'), 'model card')
        when 3 then 'tag'
        when 4 then 'tag'
        else 'leaderboard'
    end || if(several.model_key is null, '', ', several: the most restrictive counts') as license_rule,
from decided
join licenses on licenses.license_number = decided.decision % 1000000000 // 10
left join several using (model_key)
