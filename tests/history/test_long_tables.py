"""Recording the days of a long table at once gives what recording them one after the other gives."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from oss_ai_monitor.history import DailyFigures, Figures, NotRecorded, record, record_days, recorded_days, recording
from oss_ai_monitor.landing import Landing

FIRST = date(2024, 5, 1)
SELECT = """
    select {day} n, model_id, hub_id, downloads_30d, downloads_all_time, likes, last_modified,
    from read_parquet($paths) {where}
"""
Row = dict[str, Any]


@dataclass(frozen=True)
class Origin:
    """Where the table of a test comes from."""

    source: str = "table"
    addresses: tuple[str, ...] = ("table.parquet",)
    fingerprint: str = "0"
    revision: str | None = None
    as_of_rule: str = "day in the data"
    is_simulated: bool = False
    seed: int | None = None


def row(day: date, name: str, downloads: int | None, **others: Any) -> Row:
    empty = dict.fromkeys(("hub_id", "downloads_all_time", "likes", "last_modified"))
    return {"day": day, "model_id": name, "downloads_30d": downloads, **empty, **others}


def written(path: Path, rows: list[Row]) -> Path:
    """Write the rows in their order, numbered by it."""
    frame = pd.DataFrame(rows)
    kinds = {
        "hub_id": "varchar", "downloads_30d": "bigint", "downloads_all_time": "bigint", "likes": "bigint",
        "last_modified": "timestamp",
    }  # fmt: skip
    casts = ", ".join(f"{name}::{kind} as {name}" for name, kind in kinds.items())
    with duckdb.connect() as db:
        db.register("rows_sent", frame.astype(dict.fromkeys(kinds, "object")))
        select = f"select day::date as day, row_number() over () as n, model_id, {casts} from rows_sent"
        db.sql(select).write_parquet(str(path))
    return path


def table(path: Path) -> DailyFigures:
    return DailyFigures(SELECT.format(day="day,", where=""), (path,), Origin())


def record_singly(landing: Landing, path: Path) -> None:
    """Record each day of a table alone, oldest first."""
    with duckdb.connect() as db:
        days = db.execute("select distinct day from read_parquet($path) order by day", {"path": str(path)}).fetchall()
    for (day,) in days:
        select = SELECT.format(day="", where=f"where day = date '{day}'")
        figures = Figures(select, (path,), Origin(), datetime.combine(day, time(), UTC))
        try:
            record(landing, figures)
        except NotRecorded:
            continue


def landed(landing: Landing) -> list[tuple[Any, ...]]:
    """Every row of a history, in the order of files and rows."""
    rows: list[tuple[Any, ...]] = []
    with duckdb.connect() as db:
        for run in sorted(landing.manifests("hub_adoption"), key=lambda run: run.as_of):
            rows += db.execute("from read_parquet($paths)", {"paths": [str(path) for path in run.paths]}).fetchall()
    return rows


def community(seed: int, days: int) -> list[Row]:
    """Few names and ids that are combined in every way: renames, names taken over, ids that come and go, absences,
    repeated rows, unknown figures and days without rows."""
    rng = random.Random(seed)
    with_ids = rng.choice([0, 0.5, 0.9, 1])
    ids = {number: f"{number:024x}" for number in range(24)}
    names = {number: f"o/m{number}" for number in range(24)}
    present = set(range(16))
    rows: list[Row] = []
    for on in range(days):
        if rng.random() < 0.15:
            continue
        for _ in range(rng.randrange(4)):
            number = rng.randrange(24)
            names[number] = f"o/m{rng.randrange(28)}"
            if rng.random() < 0.3:
                ids[number] = f"{rng.randrange(40):024x}"
            present ^= {rng.randrange(24)}
        size = rng.choice([0.3, 1, 1, 1, 1, 1])
        for number in sorted(present):
            if rng.random() > size:
                continue
            figures = [None if rng.random() < 0.1 else rng.randrange(4) * 10 for _ in range(3)]
            repeats = 1 + (rng.random() < 0.1)
            rows += [
                row(
                    FIRST + timedelta(days=on), names[number], figures[0],
                    hub_id=ids[number] if rng.random() < with_ids else None,
                    downloads_all_time=figures[1], likes=figures[2],
                    last_modified=rng.choice([None, datetime(2024, 1, rng.randrange(1, 9))]),
                )
                for _ in range(repeats)
            ]  # fmt: skip
    return rows


@pytest.mark.parametrize("seed", range(12))
def test_all_days_at_once_are_all_days_one_by_one(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "FRAME_EVERY", 4)
    path = written(tmp_path / "table.parquet", community(seed, 14))
    record_singly(Landing(tmp_path / "singly"), path)
    outcome = record_days(Landing(tmp_path / "at once"), table(path))
    assert landed(Landing(tmp_path / "at once")) == landed(Landing(tmp_path / "singly"))
    assert len(outcome.recorded) == len(recorded_days(Landing(tmp_path / "singly"), is_simulated=False))
    monkeypatch.setattr(recording, "ROWS_AT_ONCE", 60)
    record_days(Landing(tmp_path / "in pieces"), table(path))
    assert landed(Landing(tmp_path / "in pieces")) == landed(Landing(tmp_path / "singly"))
