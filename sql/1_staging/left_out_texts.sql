-- grain: text
-- scratch
-- Texts in which a name stands that is left out, and what stands in their place. OWNER/NAME becomes left-out/KEY, the same wherever and in
-- whatever letter case it is written, so that a base model is still the base of its derivatives and every count is what it was; an
-- owner without a name becomes left-out, and so does the name as a word elsewhere, where seeds.left_out says everywhere.
-- A text is read in pieces: words of letters, digits, points and dashes, and single signs between them.
with written as (
    select unnest([id, array_to_string(tags, chr(10)), pipeline_tag, library_name, base_models::varchar, config::varchar, card_data::varchar]) as text
    from staging.hub_landed
    semi join staging.left_out_rows using (source, snapshot_id, row_number)
    union all
    select text from staging.landed_texts
),
matching as (
    select
        written.text,
        list(names.name) as owners,
        list(names.name) filter (names.is_everywhere) as words,
        '(?i)(^|[._\-])(?:' || string_agg(regexp_escape(names.name), '|') filter (names.is_everywhere) || ')([._\-]|$)' as pattern,
    from (select distinct text from written) as written
    join staging.left_out_names as names on contains(lower(written.text), names.name)
    group by written.text
),
spread as (
    select *, regexp_extract_all(text, '[\w.\-]+|[^\w.\-]') as pieces
    from matching
)
select
    text,
    array_to_string(
        list_transform(
            generate_series(1, len(pieces)),
            lambda position: case
                when list_contains(owners, lower(pieces[position])) and pieces[position + 1] = '/' then 'left-out'
                when position > 2 and pieces[greatest(position - 1, 1)] = '/' and list_contains(owners, lower(pieces[greatest(position - 2, 1)])) then
                    left(sha256('oss-ai-monitor leaves out ' || lower(pieces[greatest(position - 2, 1)])), 8)
                    || '-'
                    || left(sha256('oss-ai-monitor leaves out ' || lower(pieces[greatest(position - 2, 1)]) || '/' || regexp_replace(lower(pieces[position]), '(\.git)?\.*$', '')), 10)
                when pieces[position + 1] is distinct from '/' and len(list_filter(words, lambda word: contains(lower(pieces[position]), word))) > 0 then
                    regexp_replace(regexp_replace(pieces[position], pattern, '\1left-out\2', 'g'), pattern, '\1left-out\2', 'g')
                else pieces[position]
            end
        ),
        ''
    ) as rewritten,
from spread
where rewritten != text
