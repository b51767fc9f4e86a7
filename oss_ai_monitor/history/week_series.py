"""SQL that computes the figures of every repository for some weeks, from the runs of their days."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb

from oss_ai_monitor.patterns import pattern

from . import days
from .days import Day

LEAST_DOWNLOADS_30D, LEAST_DOWNLOADS_ALL_TIME, LEAST_LIKES = 10, 50, 1
"""A repository has a weekly series once it reached one of these."""


def compute(
    db: duckdb.DuckDBPyConnection, recorded: Sequence[Day], weeks: Sequence[date], earlier: Sequence[Path]
) -> None:
    """Fill the temp table `weeks` with the series of some complete weeks, one after the other.

    `earlier` are the files of all weeks before them: what has a series there keeps it.
    """
    db.execute(_NO_WEEKS)
    _load_state(db, recorded, weeks[0])
    if earlier:
        db.execute(
            "update state set has_passed = true where series_id in (select series_id from read_parquet($paths))",
            _paths(earlier),
        )
    for week in weeks:
        _add_week(db, recorded, week)


def _load_state(db: duckdb.DuckDBPyConnection, recorded: Sequence[Day], week: date) -> None:
    """Create the temp table `state`: the last figures of each series before a week, and whether it passed the floor."""
    earlier = [day for day in recorded if day.on < week]
    _, chain = days.chain(earlier, week) if earlier else (None, [])
    db.execute(f"create temp table state as {_STATE if chain else _NO_STATE}", _floor(chain))


def _add_week(db: duckdb.DuckDBPyConnection, recorded: Sequence[Day], week: date) -> None:
    """Bring the state to the end of a week, and add the week's rows."""
    sunday = week + timedelta(days=6)
    in_week = [day for day in recorded if week <= day.on <= sunday]
    if any(day.since is None for day in in_week):  # what an earlier stretch listed is not compared with this one
        db.execute("update state set is_listed = false, downloads_all_time = null")
        last_opening = max(position for position, day in enumerate(in_week) if day.since is None)
        in_week = in_week[last_opening:]
    after = next((day for day in recorded if day.on > sunday), None)
    spans = after is not None and after.since is not None and after.since < sunday
    compared = [day for day in in_week if day.since is not None] + ([after] if spans and after else [])
    paths = [day.run.paths[0] for day in in_week]
    compared_paths = [day.run.paths[0] for day in compared]
    with _temporary(db, "moves", _MOVES if paths else _NO_MOVES, _floor_paths(paths)):
        parameters = {"monday": week, "sunday": sunday} | _paths(compared_paths)
        with _temporary(db, "gains", _GAINS if compared else _NO_GAINS, parameters if compared else {}):
            db.execute(_NEXT_STATE, {"compared": [day.on for day in compared]})
            db.execute(
                _WEEK_ROWS,
                {
                    "week": week,
                    "has_days": bool(in_week),
                    "is_spread": any((day.on - day.since).days > 1 for day in compared if day.since is not None),
                },
            )
    db.execute("drop table state")
    db.execute("alter table next_state rename to state")
    db.execute("alter table state drop column gained")
    db.execute("alter table state drop column is_of_week")


@contextmanager
def _temporary(db: duckdb.DuckDBPyConnection, name: str, select: str, parameters: dict[str, object]) -> Iterator[None]:
    db.execute(f"create temp table {name} as {select}", parameters)
    try:
        yield
    finally:
        db.execute(f"drop table {name}")


def _paths(paths: Sequence[Path]) -> dict[str, object]:
    return {"paths": [pattern(path) for path in paths]} if paths else {}


def _floor_paths(paths: Sequence[Path]) -> dict[str, object]:
    floor = {"month": LEAST_DOWNLOADS_30D, "all_time": LEAST_DOWNLOADS_ALL_TIME, "likes": LEAST_LIKES}
    return floor | _paths(paths) if paths else {}


def _floor(recorded: Sequence[Day]) -> dict[str, object]:
    return _floor_paths([day.run.paths[0] for day in recorded])


_PASSES = "(downloads_30d >= $month or downloads_all_time >= $all_time or likes >= $likes)"
_NO_WEEKS = """
create temp table weeks (
    series_id uinteger, week date, downloads_30d bigint, downloads_all_time bigint, likes bigint, gained bigint,
    is_spread boolean, is_listed boolean
)
"""
_NO_STATE = """
select
    null::uinteger as series_id, false as is_listed, null::bigint as downloads_30d, null::bigint as downloads_all_time,
    null::bigint as likes, false as has_passed,
where false
"""
_LAST = """
select
    series_id,
    max(day) as last_on,
    arg_max(change, day) != 'gone' as is_listed,
    arg_max({'figure': downloads_30d}, day).figure as downloads_30d,
    arg_max({'figure': downloads_all_time}, day).figure as downloads_all_time,
    arg_max({'figure': likes}, day).figure as likes,
"""
_STATE = f"""
{_LAST}
    bool_or(coalesce({_PASSES}, false)) as has_passed,
from read_parquet($paths)
where series_id > 0
group by series_id
"""
_MOVES = f"""
{_LAST}
    bool_or(coalesce({_PASSES}, false) and change != 'gone') as has_passed,
    arg_min(change, day) in ('first', 'back') as enters,
    max(day) filter (change in ('first', 'back')) as last_entered_on,
    min(day) as first_on,
from read_parquet($paths)
where series_id > 0
group by series_id
"""
_NO_MOVES = """
select
    null::uinteger as series_id, null::date as last_on, null::boolean as is_listed, null::bigint as downloads_30d,
    null::bigint as downloads_all_time, null::bigint as likes, null::boolean as has_passed, null::boolean as enters,
    null::date as last_entered_on, null::date as first_on,
where false
"""
_GAINS = """
with changes as (
    select
        series_id,
        day,
        change,
        since,
        day - since as days,
        if(change = 'moved' and downloads_all_time is not null, greatest(downloads_all_time_change, 0), null) as gain,
    from read_parquet($paths)
    where change in ('moved', 'gone') and series_id > 0
)
-- what came up to Sunday less what came up to the Sunday before, so that the weeks of a gap add up to its gain
select
    series_id,
    sum(
        gain * greatest(least($sunday::date - since, days), 0) // days
        - gain * greatest(least($monday::date - 1 - since, days), 0) // days
    )::bigint as gained,
    min(day) filter (change = 'gone') as gone_on,
from changes
group by series_id
"""
_NO_GAINS = "select null::uinteger as series_id, null::bigint as gained, null::date as gone_on where false"
_NEXT_STATE = """
create temp table next_state as
with placed as (
    select
        series_id,
        coalesce(moves.is_listed, state.is_listed) as is_listed,
        if(moves.series_id is null, state.downloads_30d, moves.downloads_30d) as downloads_30d,
        if(moves.series_id is null, state.downloads_all_time, moves.downloads_all_time) as downloads_all_time,
        if(moves.series_id is null, state.likes, moves.likes) as likes,
        coalesce(state.has_passed, false) or coalesce(moves.has_passed, false) as has_passed,
        moves.series_id is not null or state.is_listed as is_of_week,
        case when moves.enters then moves.first_on when state.is_listed then date '0001-01-01' end as entered_on,
        moves.last_entered_on,
    from state
    full join moves using (series_id)
),
bounded as (
    select
        placed.*,
        gains.gained,
        list_min(list_filter($compared::date[], lambda day: day > placed.entered_on)) as first_compared_on,
        list_max($compared::date[]) as last_compared_on,
        coalesce(gains.gone_on, date '9999-12-31') as gone_on,
    from placed
    left join gains using (series_id)
)
select
    * exclude (entered_on, last_entered_on, gained, first_compared_on, last_compared_on, gone_on),
    coalesce(
        gained,
        case
            when downloads_all_time is null then null
            when first_compared_on < gone_on or (is_listed and last_entered_on < last_compared_on) then 0
        end
    ) as gained,
from bounded
"""
_WEEK_ROWS = """
insert into weeks
select
    series_id,
    $week,
    if($has_days and is_listed, downloads_30d, null),
    if($has_days and is_listed, downloads_all_time, null),
    if($has_days and is_listed, likes, null),
    gained,
    $is_spread,
    is_listed,
from next_state
where has_passed and is_of_week
"""
