-- grain: dataset, series_id
-- stored
-- How long each followed release stayed in use: from when on it was followed, until when, and what ended it. In use is a release until the
-- first of two weeks running (of those with a listing) in which its downloads of 30 days are below a tenth of its own peak so far. Weeks count from the one of its day.
-- With at least 100 downloads in 30 days when it was first read; core.followed_launches says how that is read.
with ends as (
    select
        series_id,
        min(readings.age) filter (readings.week > followed.entry_week and readings.downloads_30d * 10 < readings.peak_so_far and readings.next_downloads_30d * 10 < readings.peak_so_far) as fell_at,
        max(readings.age) filter (readings.next_downloads_30d is not null) as followed_to, -- what the last one says, the next one must confirm
        max(readings.downloads_30d) as peak_downloads_30d,
        max(readings.downloads_30d) filter (readings.week = followed.entry_week) as downloads_at_entry,
    from core.followed_readings as readings
    join core.followed_launches as followed using (series_id)
    group by series_id
),
lived as (
    select
        followed.series_id,
        followed.model_id,
        followed.model_key,
        followed.appeared_on,
        followed.appeared_rule,
        followed.is_from_birth,
        ((followed.entry_week - followed.birth_week) // 7)::int as entry,
        case
            when ends.fell_at is not null then 'fell'
            when followed.removed_on is not null then 'removed'
            else 'followed'
        end as event,
        coalesce(ends.fell_at, (date_trunc('week', followed.removed_on)::date - followed.birth_week) // 7, ends.followed_to)::int as duration,
        ends.downloads_at_entry,
        ends.peak_downloads_30d,
        coalesce(models.architecture, 'Unknown') as architecture,
        coalesce(nominal_sizes.size, 'unknown') as size,
        models.nominal_b,
        coalesce(models.license_class, 'unknown') as license_class,
        case coalesce(models.region, reviewed.region, 'not reviewed')
            when 'not reviewed' then 'not reviewed'
            when 'individuals' then 'individual'
            else 'organisation'
        end as owner_kind,
        coalesce(models.pipeline_tag = 'text-generation', false) as is_text_generation,
        coalesce(models.relation in ('quantized', 'adapter'), false) as is_derived,
    from core.followed_launches as followed
    join ends using (series_id)
    left join core.models using (model_key)
    left join seeds.organisation_regions as reviewed on models.model_key is null and lower(reviewed.owner) = lower(split_part(followed.model_id, '/', 1))
    left join core.nominal_sizes using (nominal_b)
),
datasets as (
    select 'hub' as dataset, series_id from lived
    union all
    select models.dataset, lived.series_id
    from marts.models
    join lived using (model_key)
    where models.dataset != 'hub'
)
select
    datasets.dataset, /* hub, or the leaderboard that evaluated it */
    series_id,
    lived.model_id, /* its name now */
    lived.appeared_on, /* day of its release, UTC; of one that no other source names the day of the first listing that has it, if the one before is at most ten days older */
    lived.appeared_rule, /* which date that is */
    lived.is_from_birth, /* read 29 to 42 days after its day; else it was seen only later */
    lived.entry, /* week in which it was first read with at least 100 downloads: it is at risk after it */
    lived.duration, /* week of the event, or the last that it was followed to */
    lived.event, /* fell (below a tenth of its peak so far), removed (from the Hub before that), followed (neither, to the last week but one with a listing) */
    coalesce(lived.duration > lived.entry, false) as is_at_risk, /* followed for at least a week after its entry */
    lived.downloads_at_entry, /* downloads of 30 days when it was first read */
    lived.peak_downloads_30d, /* most downloads of 30 days in any week */
    lived.architecture, /* group of architectures, as known today, as are all attributes; Unknown of one that no other source names */
    lived.size, /* size class, billions of parameters */
    lived.nominal_b, /* size as people call it, billions */
    lived.license_class, /* class of its licence */
    lived.owner_kind, /* organisation, individual or not reviewed */
    lived.is_text_generation, /* its task is text generation */
    lived.is_derived, /* a quantized copy or an adapter */
from datasets
join lived using (series_id)
order by datasets.dataset, series_id
