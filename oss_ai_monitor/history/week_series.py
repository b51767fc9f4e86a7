"""SQL that computes the figures of every repository for some weeks, from the runs of their days."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb

from oss_ai_monitor.patterns import pattern

from . import days
from .days import Day

LEAST_DOWNLOADS_30D, LEAST_DOWNLOADS_ALL_TIME, LEAST_LIKES = 10, 50, 1
"""A repository has a weekly series once it reached one of these."""
ROWS_AT_ONCE = 1_000_000
"""Rows of days that are loaded at once, for as many weeks as they make; those of a larger week are read twice."""
WEEK = timedelta(weeks=1)


class WeekSeries:
    """Computes complete weeks: the figures at the end of one are those with which the next one begins."""

    def __init__(self, db: duckdb.DuckDBPyConnection, recorded: Sequence[Day]) -> None:
        self._db, self._recorded = db, recorded
        self._following: date | None = None
        """The week after the last one that was computed."""

    def compute(self, weeks: Sequence[date], earlier: Sequence[Path]) -> duckdb.DuckDBPyRelation:
        """Return the series of some complete weeks, which are computed one after the other.

        `earlier` are the files of all weeks before them: what has a series there keeps it.
        """
        self._db.execute(_NO_WEEKS)
        before = [day for day in self._recorded if day.on < weeks[0]]
        chain = days.chain(before, weeks[0])[1] if before else []
        if weeks[0] != self._following:
            self._load_state(chain, earlier)
        elif chain:  # the state that would be loaded lacks what had gone before the last frame
            earlier_ones = "delete from state where not is_listed and last_on < $frame_on"
            self._db.execute(earlier_ones, {"frame_on": chain[0].on})
        for group in self._groups(weeks):
            self._load_changes([day for week in group for day in self._days(week)])
            for week in group:
                self._add_week(week)
        self._following = weeks[-1] + WEEK
        return self._db.sql("select * from weeks order by series_id, week")

    def _load_state(self, chain: Sequence[Day], earlier: Sequence[Path]) -> None:
        """Create the temp table `state`: the last figures of each series, and whether it passed the floor."""
        parameters = _FLOOR | {"paths": _patterns(day.run.paths[0] for day in chain)} if chain else {}
        self._db.execute(f"create or replace temp table state as {_STATE if chain else _NO_STATE}", parameters)
        if earlier:
            self._db.execute(
                "update state set has_passed = true where series_id in (select series_id from read_parquet($paths))",
                {"paths": _patterns(earlier)},
            )

    def _days(self, week: date) -> list[Day]:
        """Return the recorded days of a week, and the first one after it."""
        following = next((day for day in self._recorded if day.on >= week + WEEK), None)
        of_week = [day for day in self._recorded if week <= day.on < week + WEEK]
        return [*of_week, following] if following else of_week

    def _groups(self, weeks: Sequence[date]) -> Iterator[list[date]]:
        """Yield the weeks in groups whose days are loaded at once."""
        group: list[date] = []
        rows = 0
        for week in weeks:
            rows += sum(day.run.rows for day in self._days(week))
            if group and rows > ROWS_AT_ONCE:
                yield group
                group, rows = [], sum(day.run.rows for day in self._days(week))
            group.append(week)
        yield group

    def _load_changes(self, recorded: Sequence[Day]) -> None:
        """Create the view `changes` of what some days record; the rows are loaded unless they are too many."""
        runs = list({day.on: day.run for day in recorded}.values())
        paths = ", ".join("'" + path.replace("'", "''") + "'" for path in _patterns(run.paths[0] for run in runs))
        origin = f"read_parquet([{paths}])"
        if sum(run.rows for run in runs) <= ROWS_AT_ONCE:
            self._db.execute(f"create or replace temp table loaded as {_CHANGES} from {origin} where series_id > 0")
            origin = "loaded"
        self._db.execute(f"create or replace temp view changes as {_CHANGES} from {origin} where series_id > 0")

    def _add_week(self, week: date) -> None:
        """Bring the state to the end of a week, and add the week's rows."""
        following = week + WEEK
        in_week = [day for day in self._recorded if week <= day.on < following]
        if any(day.since is None for day in in_week):  # what an earlier stretch listed is not compared with this one
            self._db.execute("update state set is_listed = false, downloads_all_time = null")
            last_opening = max(position for position, day in enumerate(in_week) if day.since is None)
            in_week = in_week[last_opening:]
        after = next((day for day in self._recorded if day.on >= following), None)
        spans = after is not None and after.since is not None and after.since < following - timedelta(days=1)
        compared = [day for day in in_week if day.since is not None] + ([after] if spans and after else [])
        self._db.execute(
            _NEXT_STATE,
            _FLOOR
            | {
                "monday": week,
                "sunday": following - timedelta(days=1),
                "in_week": [day.on for day in in_week],
                "compared": [day.on for day in compared],
            },
        )
        self._db.execute(
            _WEEK_ROWS,
            {
                "week": week,
                "has_days": bool(in_week),
                "is_spread": any((day.on - day.since).days > 1 for day in compared if day.since is not None),
            },
        )


def _patterns(paths: Iterable[Path]) -> list[str]:
    return [pattern(path) for path in paths]


_FLOOR = {"month": LEAST_DOWNLOADS_30D, "all_time": LEAST_DOWNLOADS_ALL_TIME, "likes": LEAST_LIKES}
_PASSES = "(downloads_30d >= $month or downloads_all_time >= $all_time or likes >= $likes)"
_NO_WEEKS = """
create or replace temp table weeks (
    series_id uinteger, week date, downloads_30d bigint, downloads_all_time bigint, likes bigint, gained bigint,
    is_spread boolean, is_listed boolean
)
"""
_NO_STATE = """
select
    null::uinteger as series_id, null::date as last_on, false as is_listed, null::bigint as downloads_30d,
    null::bigint as downloads_all_time, null::bigint as likes, false as has_passed,
where false
"""
_CHANGES = """
select
    series_id, day, since, change, downloads_30d, downloads_all_time, likes, downloads_all_time_change
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
_NEXT_STATE = f"""
create or replace temp table state as
with moves as (
    {_LAST}
        bool_or(coalesce({_PASSES}, false) and change != 'gone') as has_passed,
        arg_min(change, day) in ('first', 'back') as enters,
        max(day) filter (change in ('first', 'back')) as last_entered_on,
        min(day) as first_on,
    from changes
    where list_contains($in_week::date[], day)
    group by series_id
),
measured as (
    select
        series_id,
        day,
        change,
        since,
        day - since as days,
        if(change = 'moved' and downloads_all_time is not null, greatest(downloads_all_time_change, 0), null) as gain,
    from changes
    where change in ('moved', 'gone') and list_contains($compared::date[], day)
),
-- what came up to Sunday less what came up to the Sunday before, so that the weeks of a gap add up to its gain
gains as (
    select
        series_id,
        sum(
            gain * greatest(least($sunday::date - since, days), 0) // days
            - gain * greatest(least($monday::date - 1 - since, days), 0) // days
        )::bigint as gained,
        min(day) filter (change = 'gone') as gone_on,
    from measured
    group by series_id
),
placed as (
    select
        series_id,
        coalesce(moves.last_on, state.last_on) as last_on,
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
from state
where has_passed and is_of_week
"""
