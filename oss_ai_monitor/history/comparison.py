"""SQL that compares a day with the previous recorded day: the series of each repository, and what has changed."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb


def load_listing(db: duckdb.DuckDBPyConnection, select: str, paths: Sequence[Path]) -> None:
    """Load the day's figures into the temp table `sent`, one row per repository: of a repeated one, the row that
    core.listed selects, too."""
    db.execute(
        f"""
        create temp table sent as
        select
            n, model_id, if(regexp_full_match(hub_id, '[0-9a-f]{{24}}'), hub_id, null) as hub_id,
            if(downloads_30d < 0, 0, downloads_30d) as downloads_30d,
            if(downloads_all_time < 0, 0, downloads_all_time) as downloads_all_time,
            if(likes < 0, 0, likes) as likes, last_modified,
        from ({select})
        where model_id != ''
        """,
        {"paths": [str(path) for path in paths]},
    )
    for key in ("model_id", "hub_id"):
        db.execute(
            f"""
            delete from sent where n in (
                select n
                from sent semi join (
                    select {key} from sent where {key} is not null group by {key} having count(*) > 1
                ) using ({key})
                qualify row_number() over (
                    partition by {key}
                    order by last_modified desc nulls last, downloads_30d desc nulls last, likes desc nulls last, n desc
                ) > 1
            )
            """
        )


def load_series(db: duckdb.DuckDBPyConnection, *, all_paths: list[Path], chain_paths: list[Path]) -> None:
    """Load the names of all series, and the figures of each on the previous recorded day."""
    db.execute(
        f"create temp table series_names as {_SERIES_NAMES if all_paths else _NO_SERIES_NAMES}", _paths(all_paths)
    )
    db.execute(
        f"create temp table last_figures as {_LAST_FIGURES if chain_paths else _NO_FIGURES}", _paths(chain_paths)
    )


def compare(db: duckdb.DuckDBPyConnection, day: date, since: date | None, *, is_frame: bool) -> None:
    """Create the temp table `changes` in the landed shape: a row about the day, then the repositories to record."""
    db.execute(_MATCH_SERIES)
    db.execute(_COMPARE, {"day": day, "since": since, "is_frame": is_frame})


def _paths(paths: list[Path]) -> dict[str, list[str]]:
    return {"paths": [str(path) for path in paths]} if paths else {}


_NO_SERIES_NAMES = "select 0::uinteger as series_id, ''::varchar as model_id, null::varchar as hub_id where false"
_SERIES_NAMES = """
select
    series_id,
    arg_max(model_id, day) filter (model_id is not null) as model_id,
    arg_max(hub_id, day) filter (hub_id is not null) as hub_id,
from read_parquet($paths)
where model_id is not null or hub_id is not null
group by series_id
"""
_NO_FIGURES = """
select
    0::uinteger as series_id, false as is_listed,
    null::bigint as downloads_30d, null::bigint as downloads_all_time, null::bigint as likes,
where false
"""
_LAST_FIGURES = """
with moves as (
    from read_parquet($paths) where series_id > 0
),
last as (
    select series_id, max(day) as day from moves group by series_id
)
select
    moves.series_id,
    moves.change != 'gone' as is_listed,
    moves.downloads_30d,
    moves.downloads_all_time,
    moves.likes,
from moves join last using (series_id, day)
"""
_MATCH_SERIES = """
create temp table matched as
with candidates as (
    select series_names.*, coalesce(last_figures.is_listed, false) as is_listed
    from series_names left join last_figures using (series_id)
),
by_hub_id as (
    select sent.n, candidates.series_id from sent join candidates using (hub_id)
),
by_name as (
    select sent.n, arg_max(candidates.series_id, (candidates.is_listed, candidates.series_id)) as series_id
    from sent
    join candidates using (model_id)
    where (sent.hub_id is null or candidates.hub_id is null)
    group by sent.n
),
matches as (
    from by_hub_id
    union all
    select by_name.*
    from by_name
    anti join by_hub_id using (n)
    anti join by_hub_id as other on other.series_id = by_name.series_id
),
new as (
    select
        n,
        (select coalesce(max(series_id), 0) from series_names) + row_number() over (order by model_id) as series_id,
    from sent anti join matches using (n)
)
from matches union all select n, series_id::uinteger from new
"""
_COMPARE = """
create temp table changes as
with compared as (
    select
        matched.series_id,
        case
            when $since::date is null or series_names.series_id is null then 'first'
            when not coalesce(last_figures.is_listed, false) then 'back'
            when (sent.downloads_30d is null) != (last_figures.downloads_30d is null)
                or (sent.downloads_all_time is null) != (last_figures.downloads_all_time is null)
                or (sent.likes is null) != (last_figures.likes is null) then 'known'
            when sent.downloads_30d is distinct from last_figures.downloads_30d
                or sent.downloads_all_time is distinct from last_figures.downloads_all_time
                or sent.likes is distinct from last_figures.likes then 'moved'
            else 'same'
        end as change,
        if(series_names.model_id is distinct from sent.model_id, sent.model_id, null) as model_id,
        if(series_names.hub_id is distinct from sent.hub_id, sent.hub_id, null) as hub_id,
        series_names.series_id is not null and series_names.model_id != sent.model_id as is_renamed,
        sent.downloads_30d,
        sent.downloads_all_time,
        sent.likes,
        coalesce(sent.downloads_30d, 0) - if(last_figures.is_listed, coalesce(last_figures.downloads_30d, 0), 0)
            as downloads_30d_change,
        coalesce(sent.downloads_all_time, 0)
            - if(last_figures.is_listed, coalesce(last_figures.downloads_all_time, 0), 0) as downloads_all_time_change,
        coalesce(sent.likes, 0) - if(last_figures.is_listed, coalesce(last_figures.likes, 0), 0) as likes_change,
    from matched
    join sent using (n)
    left join series_names using (series_id)
    left join last_figures using (series_id)
    union all
    select
        series_id, 'gone', null, null, false, downloads_30d, downloads_all_time, likes,
        -coalesce(downloads_30d, 0), -coalesce(downloads_all_time, 0), -coalesce(likes, 0),
    from last_figures
    where is_listed and series_id not in (select series_id from matched)
),
summed as (
    select {
        'listed': count(*) filter (change != 'gone'),
        'first': count(*) filter (change = 'first'),
        'moved': count(*) filter (change = 'moved'),
        'back': count(*) filter (change = 'back'),
        'gone': count(*) filter (change = 'gone'),
        'renamed': count(*) filter (is_renamed),
        'downloads_30d': sum(downloads_30d) filter (change != 'gone')::bigint,
        'downloads_all_time': sum(downloads_all_time) filter (change != 'gone')::bigint,
        'likes': sum(likes) filter (change != 'gone')::bigint,
        'gained': if($since::date is null, null, coalesce(sum(gain) filter (gain > 0), 0))::bigint,
        'rolled_back': if($since::date is null, null, count(*) filter (gain < 0))::bigint,
        'lost': if($since::date is null, null, coalesce(-sum(gain) filter (gain < 0), 0))::bigint,
    } as summary
    from (select *, if(change = 'moved', downloads_all_time_change, null) as gain from compared)
)
select
    $day::date as day, $since::date as since, $is_frame::boolean as is_frame,
    0::uinteger as series_id, 'day' as change, null::varchar as model_id, null::varchar as hub_id,
    null::bigint as downloads_30d, null::bigint as downloads_all_time, null::bigint as likes,
    null::bigint as downloads_30d_change, null::bigint as downloads_all_time_change, null::bigint as likes_change,
    summary,
from summed
union all
select
    $day::date, $since::date, $is_frame::boolean,
    series_id, change, model_id, hub_id,
    downloads_30d, downloads_all_time, likes, downloads_30d_change, downloads_all_time_change, likes_change,
    null,
from compared
where $is_frame or change != 'same' or model_id is not null or hub_id is not null
"""
