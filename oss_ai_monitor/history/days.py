"""The days in the history, and the runs from which the figures of one day can be computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from oss_ai_monitor.landing import Manifest, verify
from oss_ai_monitor.patterns import pattern

_footers: dict[str, tuple[date, date | None, bool]] = {}
"""What the footers of files say that this process has read, by checksum."""


@dataclass(frozen=True)
class Day:
    """One recorded day: the day since which its changes count (None at the start of a stretch), and whether it is a
    frame, which holds all repositories."""

    run: Manifest
    on: date
    since: date | None
    is_frame: bool


def read(runs: Sequence[Manifest]) -> list[Day]:
    """Read the days of some runs, oldest first, from the statistics in the footers of their files. Raises Damaged."""
    verify(runs)
    unread = [run for run in runs if run.parts[0].sha256 not in _footers]
    if unread:
        _footers.update(_read_footers(unread))
    read_runs = [run for run in runs if run.parts[0].sha256 in _footers]
    return sorted((Day(run, *_footers[run.parts[0].sha256]) for run in read_runs), key=lambda day: day.on)


def _read_footers(runs: Sequence[Manifest]) -> dict[str, tuple[date, date | None, bool]]:
    checksums = {str(run.paths[0]): run.parts[0].sha256 for run in runs}
    with duckdb.connect() as db:
        footers = db.execute(
            """
            select
                file_name,
                max(stats_max_value) filter (path_in_schema = 'day')::date,
                max(stats_max_value) filter (path_in_schema = 'since')::date,
                bool_or(stats_max_value = 'true') filter (path_in_schema = 'is_frame'),
            from parquet_metadata($paths)
            where path_in_schema in ('day', 'since', 'is_frame') and row_group_id = 0
            group by file_name
            """,
            {"paths": [pattern(run.paths[0]) for run in runs]},
        ).fetchall()
    return {checksums[name]: (on, since, bool(is_frame)) for name, on, since, is_frame in footers}


def chain(days: Sequence[Day], on: date) -> tuple[Day | None, list[Day]]:
    """Return the recorded day before a date, and the days from the last frame to it, whose runs give its figures.

    A date before the first recorded day has no previous day: it starts a new stretch. Raises LookupError for a date
    within a stretch, because the changes of the next day count from an earlier day.
    """
    later = [day for day in days if day.on > on]
    if later and later[0].since is not None:
        raise LookupError(f"lies between {later[0].since} and {later[0].on}, which counts since then")
    earlier = [day for day in days if day.on < on]
    if not earlier:
        return None, []
    last = max(position for position, day in enumerate(earlier) if day.is_frame)
    return earlier[-1], earlier[last:]


def gaps(runs: Sequence[Manifest]) -> list[str]:
    """Return a message for each day that counts since a missing day: the changes between them are lost."""
    messages = []
    for is_simulated in (False, True):
        days = read([run for run in runs if run.is_simulated == is_simulated])
        for previous, day in zip([None, *days], days, strict=False):
            if day.since is not None and (previous is None or previous.on != day.since):
                messages.append(
                    f"{day.run.paths[0]} counts since {day.since}, which the history of adoption does not hold; "
                    "'oss-ai-monitor restore BACKUP --add' brings that day back, if a backup has it"
                )
    return messages
