"""A build as of a day within weeks that were written as one run has what a warehouse has that landed until that day."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time
from pathlib import Path

import duckdb
import pytest

from oss_ai_monitor import warehouse
from oss_ai_monitor.history import catch_up, weeks, write_weeks
from oss_ai_monitor.landing import Landing, Manifest
from tests.growing import content, differences
from tests.oracle.days import days

FIRST = date(2026, 3, 4)
BOOKS = [day for n, day in enumerate(itertools.islice(days(30, seed=3, first=FIRST), 26)) if n != 11]
"""Three weeks that are written as one run, and a few days more; the second is complete on its Monday."""
LANDED = {"core.snapshots", "core.datasets"}
"""Relations that say when something landed, and under which name."""


def landed(folder: Path, until: datetime | None = None) -> Landing:
    landing = Landing(folder / "landing")
    for day in BOOKS:
        if until is None or day.on <= until.date():
            landing.land(day.table())
    catch_up(landing)
    write_weeks(landing)
    return landing


def weeks_of(runs: list[Manifest]) -> list[Manifest]:
    return [run for run in runs if run.source == weeks.SOURCE]


def figures(generation: Path) -> dict[str, list[str]]:
    with duckdb.connect(str(generation), read_only=True) as db:
        named = db.execute(
            "select distinct schema_name || '.' || table_name from duckdb_columns() where column_name = 'snapshot_id'"
        ).fetchall()
    left_out = {"marts.datasets", *(name for (name,) in named)} | LANDED
    return {name: rows for name, rows in content(generation).items() if name not in left_out}


@pytest.fixture(scope="module")
def landed_once(tmp_path_factory: pytest.TempPathFactory) -> Landing:
    return landed(tmp_path_factory.mktemp("landed_once"))


@pytest.mark.parametrize("on", [date(2026, 3, 14), date(2026, 3, 17)])
def test_a_build_as_of_a_day_is_one_of_what_had_landed_by_then(landed_once: Landing, tmp_path: Path, on: date) -> None:
    until = datetime.combine(on, time(23, 59), UTC)
    selected = landed_once.selected(as_of=until)
    assert weeks_of(selected), "weeks were complete by then"
    past = warehouse.build(tmp_path / "past", selected)
    only = warehouse.build(tmp_path / "only", landed(tmp_path / "only", until).selected())
    assert differences(past, only, figures) == []
    with duckdb.connect(str(past), read_only=True) as db:
        assert db.execute("select count(*) from core.weekly_adoption").fetchall() > [(0,)]


def test_of_a_run_of_several_weeks_those_are_read_that_were_complete(landed_once: Landing) -> None:
    (block, *_) = (run for run in weeks_of(landed_once.selected()) if run.steps)
    moments = list(block.steps.values())
    assert moments == sorted(moments)
    assert moments[-1] == block.as_of
    assert Manifest.read(block.folder) == block
    for week, moment in block.steps.items():
        (part,) = (run for run in weeks_of(landed_once.selected(as_of=moment)) if run.snapshot_id == block.snapshot_id)
        assert part.as_of == moment
        assert part.read_to == (None if moment == block.as_of else week)
    assert block.until(moments[0].replace(year=2000)) is None
