"""SQL that compares days with the recorded day before each: from rows whose series is decided to changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb


@dataclass(frozen=True)
class ComparedDay:
    """A day to record, the day since which its changes count, and whether it is a frame."""

    position: int
    on: date
    since: date | None
    is_frame: bool


def compare(db: duckdb.DuckDBPyConnection, days: Sequence[ComparedDay]) -> None:
    """Compare the days, for which `numbered_series` says the series of each row; `changes_of` selects the result."""
    db.execute(
        """
        create or replace temp table days as
        select
            unnest($positions::integer[]) as position, unnest($days::date[]) as day,
            unnest($since::date[]) as since, unnest($frames::boolean[]) as is_frame,
        """,
        {
            "positions": [day.position for day in days],
            "days": [day.on for day in days],
            "since": [day.since for day in days],
            "frames": [day.is_frame for day in days],
        },
    )
    db.execute(_COMPARED)
    db.execute(_SUMMARIES)
    db.execute(_CHANGES)
    db.execute("drop table compared")


def changes_of(day: ComparedDay) -> str:
    """Return the select of a day in the landed shape: a row about the day, then the repositories to record."""
    since = f"date '{day.since}'" if day.since else "null"
    return _CHANGES_OF_DAY.format(position=day.position, day=day.on, since=since, is_frame=day.is_frame)


_COMPARED = """
create or replace temp table compared as
with name_ids as (
    select distinct model_id, name_id from spellings
),
moments as (
    select
        position, series_id, spelling_id, name_id, has_hub_id, true as is_listed,
        downloads_30d, downloads_all_time, likes,
    from numbered_series
    union all
    select
        0, series_id, null, coalesce(name_ids.name_id, 0), is_hub_id_recorded, is_listed,
        downloads_30d, downloads_all_time, likes,
    from series_before
    left join name_ids using (model_id)
    where is_seen
),
identified as (
    select series_id, min(position) as position from moments where has_hub_id group by series_id
),
neighboured as (
    select
        *,
        lag(position) over by_series as previous_position,
        lead(position) over by_series as next_position,
        lag(name_id) over by_series as previous_name_id,
        lag(is_listed) over by_series as previous_is_listed,
        lag(downloads_30d) over by_series as previous_downloads_30d,
        lag(downloads_all_time) over by_series as previous_downloads_all_time,
        lag(likes) over by_series as previous_likes,
    from moments
    window by_series as (partition by series_id order by position)
),
listed as (
    select
        neighboured.*,
        since is not null and previous_position = neighboured.position - 1 and previous_is_listed as was_listed,
        since,
        coalesce(identified.position = neighboured.position, false) as is_hub_id_new,
    from neighboured
    join days using (position)
    left join identified on identified.series_id = neighboured.series_id
)
select
    position,
    series_id,
    spelling_id,
    case
        when since is null or previous_position is null then 'first'
        when not was_listed then 'back'
        when (downloads_30d is null) != (previous_downloads_30d is null)
            or (downloads_all_time is null) != (previous_downloads_all_time is null)
            or (likes is null) != (previous_likes is null) then 'known'
        when downloads_30d is distinct from previous_downloads_30d
            or downloads_all_time is distinct from previous_downloads_all_time
            or likes is distinct from previous_likes then 'moved'
        else 'same'
    end as change,
    name_id is distinct from previous_name_id as is_name_new,
    is_hub_id_new,
    previous_position is not null and name_id != previous_name_id as is_renamed,
    downloads_30d,
    downloads_all_time,
    likes,
    coalesce(downloads_30d, 0) - if(was_listed, coalesce(previous_downloads_30d, 0), 0) as downloads_30d_change,
    coalesce(downloads_all_time, 0) - if(was_listed, coalesce(previous_downloads_all_time, 0), 0)
        as downloads_all_time_change,
    coalesce(likes, 0) - if(was_listed, coalesce(previous_likes, 0), 0) as likes_change,
from listed
union all
select
    days.position, series_id, null, 'gone', false, false, false, downloads_30d, downloads_all_time, likes,
    -coalesce(downloads_30d, 0), -coalesce(downloads_all_time, 0), -coalesce(likes, 0),
from neighboured
join days on days.position = neighboured.position + 1
where neighboured.is_listed
    and days.since is not null
    and next_position is distinct from neighboured.position + 1
"""
_SUMMARIES = """
create or replace temp table summaries as
with gains as (
    select compared.*, since, if(change = 'moved', downloads_all_time_change, null) as gain
    from days
    left join compared using (position)
)
select
    position,
    {
        'listed': count(*) filter (change != 'gone'),
        'first': count(*) filter (change = 'first'),
        'moved': count(*) filter (change = 'moved'),
        'back': count(*) filter (change = 'back'),
        'gone': count(*) filter (change = 'gone'),
        'renamed': count(*) filter (is_renamed),
        'downloads_30d': sum(downloads_30d) filter (change != 'gone')::bigint,
        'downloads_all_time': sum(downloads_all_time) filter (change != 'gone')::bigint,
        'likes': sum(likes) filter (change != 'gone')::bigint,
        'gained': if(any_value(since) is null, null, coalesce(sum(gain) filter (gain > 0), 0))::bigint,
        'rolled_back': if(any_value(since) is null, null, count(*) filter (gain < 0))::bigint,
        'lost': if(any_value(since) is null, null, coalesce(-sum(gain) filter (gain < 0), 0))::bigint,
    } as summary,
from gains
group by position
"""
_CHANGES = """
create or replace temp table changes as
select
    position,
    series_id,
    change,
    if(is_name_new, model_id, null) as model_id,
    if(is_hub_id_new, hub_id, null) as hub_id,
    compared.downloads_30d,
    compared.downloads_all_time,
    compared.likes,
    downloads_30d_change,
    downloads_all_time_change,
    likes_change,
from compared
join days using (position)
left join spellings using (spelling_id)
where is_frame or change != 'same' or is_name_new or is_hub_id_new
order by position, series_id
"""
_CHANGES_OF_DAY = """
select
    date '{day}' as day, {since}::date as since, {is_frame} as is_frame,
    0::uinteger as series_id, 'day' as change, null::varchar as model_id, null::varchar as hub_id,
    null::bigint as downloads_30d, null::bigint as downloads_all_time, null::bigint as likes,
    null::bigint as downloads_30d_change, null::bigint as downloads_all_time_change, null::bigint as likes_change,
    summary,
from summaries
where position = {position}
union all
select date '{day}', {since}::date, {is_frame}, * exclude (position), null
from changes
where position = {position}
order by series_id
"""
