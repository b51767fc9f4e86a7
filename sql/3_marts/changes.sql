-- grain: day, model_id, kind, subject
-- stored
-- Changes with what they are chosen and ranked by: owner, licence class and downloads as today's data has them.
with described as (
    select
        changes.* exclude (last_downloads_30d),
        models.model_key,
        coalesce(models.owner, if(contains(changes.model_id, '/'), split_part(changes.model_id, '/', 1), 'Hugging Face')) as owner,
        coalesce(models.license_class, 'unknown') as license_class,
        coalesce(models.downloads_30d, changes.last_downloads_30d) as downloads_30d,
        if(changes.subject = '', '', regexp_extract(changes.subject, '^(.*) ', 1)) as leaderboard,
    from core.changes
    left join core.models on models.model_id = changes.model_id
),
edits as (
    select day, kind, subject, if(kind = 'rescored', '', owner) as edited_by, count(*) as models
    from described
    group by all
    having count(*) > 1
)
select
    described.day,
    described.since,
    described.kind,
    described.subject,
    described.leaderboard, /* leaderboard of the subject; else empty */
    case
        when described.leaderboard = '' then ''
        when benchmarks.label is not null then benchmarks.label || ' of ' || described.leaderboard
        when described.leaderboard in ('v1', 'v2') then 'the average of ' || described.leaderboard
        else described.leaderboard
    end as subject_text, /* the same as text */
    described.model_id,
    described.model_key, /* its number in core.models; NULL where no source lists it any more */
    described.owner, /* owner of the repository by its latest name */
    described.license_class, /* class of its licence at the snapshot */
    described.downloads_30d, /* its downloads in the 30 days before the snapshot; of one that is gone as last listed; NULL is unknown */
    described.before,
    described.after,
    described.is_confirmed,
    coalesce(edits.models, 1)::int as edited_together, /* repositories of the owner with a change of this kind on that day; of rescored ones those of all owners */
from described
left join core.benchmarks
    on benchmarks.leaderboard = described.leaderboard
    and benchmarks.benchmark = regexp_extract(described.subject, ' (\w+)$', 1)
left join edits
    on edits.day = described.day
    and edits.kind = described.kind
    and edits.subject = described.subject
    and edits.edited_by = if(described.kind = 'rescored', '', described.owner)
order by described.day, described.kind, described.model_id, described.subject
