"""Which days the history holds, and which runs say where everything stood on one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from oss_ai_monitor.landing import Manifest, verify


@dataclass(frozen=True)
class Day:
    """One kept day: since when its changes count (None where it opens a stretch), and whether it holds everybody."""

    run: Manifest
    on: date
    since: date | None
    is_frame: bool


def read(runs: Sequence[Manifest]) -> list[Day]:
    """The days of some runs, oldest first, from the statistics in their files' footers. Raises Damaged."""
    verify(runs)
    by_path = {str(run.paths[0]): run for run in runs}
    if not by_path:
        return []
    with duckdb.connect() as db:
        found = db.execute(
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
            {"paths": list(by_path)},
        ).fetchall()
    days = [Day(by_path[name], on, since, bool(is_frame)) for name, on, since, is_frame in found]
    return sorted(days, key=lambda day: day.on)


def chain(known: Sequence[Day], on: date) -> tuple[Day | None, list[Day]]:
    """The kept day before a date, and the days from its last frame to it, which together say where everybody stood.

    Before the first kept day, and before a later stretch, there is nothing to go on from: a new stretch begins. Raises
    LookupError when the date lies within a stretch, whose later changes count from an earlier day.
    """
    after = [day for day in known if day.on > on]
    if after and after[0].since is not None:
        raise LookupError(f"{on} lies between {after[0].since} and {after[0].on}, which counts since then")
    before = [day for day in known if day.on < on]
    if not before:
        return None, []
    last = max(place for place, day in enumerate(before) if day.is_frame)
    return before[-1], before[last:]


def gaps(runs: Sequence[Manifest]) -> list[str]:
    """Days that count since a day which is not there: what moved between them is lost to the sums."""
    said = []
    for is_simulated in (False, True):
        known = read([run for run in runs if run.is_simulated == is_simulated])
        for before, day in zip([None, *known], known, strict=False):
            if day.since is not None and (before is None or before.on != day.since):
                said.append(
                    f"{day.run.paths[0]} counts since {day.since}, which the history of adoption does not hold; "
                    "'oss-ai-monitor restore BACKUP --add' brings that day back, if a backup has it"
                )
    return said
